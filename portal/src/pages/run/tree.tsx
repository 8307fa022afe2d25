// SPDX-License-Identifier: Apache-2.0
// Files as a tree of folders.
import { bytes } from "../../format/number.ts";

export interface Leaf {
  path: string;
  size: number;
  note?: string | undefined;
}

export interface Folder {
  name: string;
  folders: Folder[];
  files: (Leaf & { name: string })[];
}

/** Folders and files of paths, in the order in which they come. */
export function treeOf(items: readonly Leaf[]): Folder {
  const root: Folder = { name: "", folders: [], files: [] };
  for (const item of items) {
    const parts = item.path.split("/");
    let at = root;
    for (const part of parts.slice(0, -1)) at = folderIn(at, part);
    at.files.push({ ...item, name: parts.at(-1)! });
  }
  return root;
}

function folderIn(parent: Folder, name: string): Folder {
  const found = parent.folders.find((folder) => folder.name === name);
  if (found) return found;
  const made: Folder = { name, folders: [], files: [] };
  parent.folders.push(made);
  return made;
}

interface Props {
  label: string;
  items: readonly Leaf[];
  current: string;
  href: (path: string) => string;
}

export const Tree = ({ label, items, current, href }: Props) => (
  <nav class="tree card" aria-label={label}>
    <Inside folder={treeOf(items)} current={current} href={href} open />
  </nav>
);

function Inside({
  folder,
  current,
  href,
}: {
  folder: Folder;
  current: string;
  href: (path: string) => string;
  open?: boolean;
}) {
  return (
    <ul>
      {folder.folders.map((child) => (
        <li>
          <details open>
            <summary>{child.name}/</summary>
            <Inside folder={child} current={current} href={href} />
          </details>
        </li>
      ))}
      {folder.files.map((file) => (
        <li>
          <a href={href(file.path)} aria-current={file.path === current ? "page" : undefined}>
            <span>{file.name}</span> <span class="soft number">{file.note ?? bytes(file.size)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
