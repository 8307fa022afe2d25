// SPDX-License-Identifier: Apache-2.0
// The input for a filter. Below it appear completions, and the daemon's error with its position in the filter.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/http.ts";
import { names } from "../api/runs.ts";
import { t } from "../text/text.ts";
import { complete, nameAt, options, spotAt } from "./complete.ts";

interface Props {
  filter: string;
  experiment: string | undefined;
  problem: Problem | undefined;
  onFilter: (filter: string) => void;
}

/** Completions for the text at the caret; names come from the daemon a moment later. */
function useOptions(text: string, caret: number, experiment: string | undefined): string[] {
  const [found, setFound] = useState<{ asked: string; items: string[] }>({ asked: "", items: [] });
  const spot = spotAt(text, caret);
  const asked = nameAt(spot);
  const question = asked ? `${asked.kind} ${asked.part}` : "";
  useEffect(() => {
    if (!asked) return;
    const abort = new AbortController();
    names(experiment, asked.kind, asked.part, abort.signal)
      .then(({ items }) => setFound({ asked: question, items }))
      .catch(() => undefined); // without completions the filter can still be typed
    return () => abort.abort();
  }, [question, experiment]);
  return options(spot, found.asked === question ? found.items : []).slice(0, 12);
}

export function FilterBox({ filter, experiment, problem, onFilter }: Props) {
  const [text, setText] = useState(filter);
  const [caret, setCaret] = useState(-1); // below 0: no completions are shown
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const moveTo = useRef<number | null>(null); // where the caret goes after the text has changed
  useEffect(() => setText(filter), [filter]);
  const offered = useOptions(text, Math.max(0, caret), experiment);
  const open = caret >= 0 && offered.length > 0;

  const take = (option: string): void => {
    const next = complete(text, spotAt(text, caret), option);
    setText(next.text);
    setCaret(next.caret);
    setChosen(0);
    moveTo.current = next.caret;
  };
  useLayoutEffect(() => {
    if (moveTo.current !== null) input.current!.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = null;
  }, [text]);
  const look = (): void => {
    setText(input.current!.value);
    setCaret(input.current!.selectionStart ?? 0);
    setChosen(0);
    if (input.current!.value === "" && filter !== "") onFilter("");
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && open) setChosen((chosen + step + offered.length) % offered.length);
    else if (event.key === "Tab" && open && text !== filter) take(offered[chosen]!);
    else if (event.key === "Enter") {
      setCaret(-1);
      onFilter(text.trim());
    } else if (event.key === "Escape") setCaret(-1);
    else return;
    event.preventDefault();
  };
  return (
    <div class="filter">
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={t.runs.filterHint}
        aria-label={t.runs.filter}
        spellcheck={false}
        autocomplete="off"
        role="combobox"
        aria-expanded={open}
        aria-controls="filter-options"
        aria-autocomplete="list"
        aria-invalid={problem ? true : undefined}
        aria-activedescendant={open ? `filter-option-${chosen}` : undefined}
        onInput={look}
        onClick={look}
        onKeyDown={press}
        onBlur={() => setCaret(-1)}
        list={undefined}
      />
      <ul id="filter-options" class="options" role="listbox" aria-label={t.runs.filter} hidden={!open}>
        {open
          ? offered.map((option, i) => (
              <li
                id={`filter-option-${i}`}
                role="option"
                aria-selected={i === chosen}
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(option);
                }}
              >
                {option}
              </li>
            ))
          : null}
      </ul>
      {problem ? <FilterProblem filter={filter} problem={problem} /> : null}
    </div>
  );
}

function FilterProblem({ filter, problem }: { filter: string; problem: Problem }) {
  const at = typeof problem.details.at === "number" ? problem.details.at : null;
  return (
    <div class="notice bad" role="alert">
      <p>{problem.message}</p>
      {at === null ? null : (
        <pre>
          {filter.slice(0, at)}
          <mark>{filter.slice(at, at + 1) || " "}</mark>
          {filter.slice(at + 1)}
        </pre>
      )}
    </div>
  );
}
