// SPDX-License-Identifier: Apache-2.0
// Reads a log for a view: its end first, more before it, what comes after it, and what a run writes now.
import { driverLog, fileAddress, follow, piece } from "../api/files.ts";
import { Lines } from "./lines.ts";

const step = 256 * 1024;

/** Owned by a view. `changed` is called after every change; `gone`: lines that left the beginning, negative: that came. */
export class LogSource {
  lines = new Lines(0);
  total = 0;
  problem: unknown = null;
  private abort = new AbortController();
  private opened = false;
  private reading = false;
  private readonly run: string;
  private readonly name: string;
  private readonly changed: (gone: number) => void;

  constructor(run: string, name: string, changed: (gone: number) => void) {
    this.run = run;
    this.name = name;
    this.changed = changed;
  }

  get url(): string {
    return fileAddress(this.run, this.name);
  }

  get atEnd(): boolean {
    return this.opened && this.lines.to >= this.total;
  }

  get atBegin(): boolean {
    return this.lines.from === 0;
  }

  /** Shows the end of the log. */
  async openEnd(): Promise<void> {
    await this.read(async (signal) => {
      const { bytes, offset, total } = await piece(this.url, -step, 0, signal);
      this.begin(bytes, offset, total);
    });
  }

  /** Shows the part of the log around a byte. */
  async openAt(offset: number): Promise<void> {
    await this.read(async (signal) => {
      const from = Math.max(0, offset - step / 2);
      const found = await piece(this.url, from, from + step, signal);
      this.begin(found.bytes, from, found.total);
    });
  }

  /** A stretch that begins in the middle of a line begins with its next one. */
  private begin(bytes: Uint8Array, offset: number, total: number): void {
    const skip = offset > 0 ? bytes.indexOf(10) + 1 : 0;
    this.lines = new Lines(offset + skip);
    this.lines.append(bytes.subarray(skip));
    this.total = Math.max(total, this.lines.to);
    this.opened = true;
  }

  async before(): Promise<void> {
    if (this.atBegin || this.reading) return;
    await this.read(async (signal) => {
      const end = this.lines.from, from = Math.max(0, end - step);
      const { bytes, total } = await piece(this.url, from, end, signal);
      const skip = from > 0 ? bytes.indexOf(10) + 1 : 0;
      this.total = Math.max(this.total, total);
      return -this.lines.prepend(bytes.subarray(skip));
    });
  }

  async after(): Promise<void> {
    if (this.reading) return;
    await this.read(async (signal) => {
      const { bytes, total } = await piece(this.url, this.lines.to, this.lines.to + step, signal);
      this.total = Math.max(total, this.lines.to + bytes.length);
      return bytes.length ? this.lines.append(bytes) : 0;
    });
  }

  /** Takes in what the run writes, until it ends or `signal` says so. Only when the end is loaded. */
  async follow(signal: AbortSignal): Promise<void> {
    if (this.name !== driverLog) return this.lookAgain(signal);
    try {
      this.problem = null;
      for await (const bytes of follow(this.run, this.lines.to, signal)) {
        if (signal.aborted) return;
        const gone = this.lines.append(bytes);
        this.total = Math.max(this.total, this.lines.to);
        this.changed(gone);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
      this.changed(0);
    }
  }

  /** Only the driver's log can be followed; others are looked at now and then. */
  private async lookAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.after();
      await new Promise((done) => setTimeout(done, 1000));
    }
  }

  close(): void {
    this.abort.abort();
  }

  private async read(act: (signal: AbortSignal) => Promise<number | void>): Promise<void> {
    this.reading = true;
    const { signal } = this.abort;
    try {
      const gone = (await act(signal)) ?? 0;
      this.problem = null;
      if (!signal.aborted) this.changed(gone);
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
      this.changed(0);
    } finally {
      this.reading = false;
    }
  }
}
