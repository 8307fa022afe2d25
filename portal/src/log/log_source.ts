// SPDX-License-Identifier: Apache-2.0
// Reads a log for a view: its end first, then more before or after that part, and lines as a run writes them. It reads
// ranges of bytes, and holds and moves a stretch of lines: a gigabyte opens at its end as quickly as a line. A search
// (search.ts) streams the file and keeps offsets only.
import { driverLog, fileAddress, follow, type Piece, piece } from "../api/files.ts";
import { isCut } from "../api/http.ts";
import { Lines } from "./lines.ts";

const step = 256 * 1024;

interface Reading {
  abort: AbortController;
  /** Whether it opens another part of the log. */
  opens: boolean;
}

/** Owned by a view. `changed` is called after every change; `gone`: how many lines left the beginning, negative: were added there. */
export class LogSource {
  lines = new Lines(0);
  total = 0;
  problem: unknown = null;
  /** How often another part of the log replaced the lines that were held. */
  stretch = 0;
  private reading: Reading | null = null;
  private opened = false;
  private doubted = false;
  private closed = false;
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
    return this.opened && !this.doubted && this.lines.to >= this.total;
  }

  get atBegin(): boolean {
    return this.lines.from === 0;
  }

  /** Shows the end of the log; false: that failed, or another part was requested meanwhile. */
  openEnd(): Promise<boolean> {
    return this.open(-step, 0);
  }

  /** Shows the part of the log around a byte; false as above. */
  openAt(offset: number): Promise<boolean> {
    const from = Math.max(0, offset - step / 2);
    return this.open(from, from + step);
  }

  /** Cancels the opening of another part of the log: the view stays where it is. */
  stay(): void {
    if (!this.reading?.opens) return;
    this.reading.abort.abort();
    this.reading = null;
  }

  private open(from: number, to: number): Promise<boolean> {
    return this.read(from, to, ({ bytes, offset, total }) => this.begin(bytes, offset, total), true);
  }

  /** A part that begins in the middle of a line is shown from the next line on. */
  private begin(bytes: Uint8Array, offset: number, total: number): number {
    const skip = offset > 0 ? bytes.indexOf(10) + 1 : 0;
    this.lines = new Lines(offset + skip);
    this.lines.append(bytes.subarray(skip));
    this.total = Math.max(total, this.lines.to);
    this.opened = true;
    this.doubted = false;
    this.stretch += 1;
    return 0;
  }

  async before(): Promise<void> {
    if (this.atBegin || this.reading) return;
    const end = this.lines.from;
    const from = Math.max(0, end - step);
    await this.read(from, end, ({ bytes, total }) => {
      const skip = from > 0 ? bytes.indexOf(10) + 1 : 0;
      this.total = Math.max(this.total, total);
      // Lines that were followed meanwhile may have pushed out lines at the beginning.
      return this.lines.from === end ? -this.lines.prepend(bytes.subarray(skip)) : 0;
    });
  }

  async after(): Promise<void> {
    if (this.reading) return;
    const end = this.lines.to;
    this.doubted = false;
    await this.read(end, end + step, ({ bytes, total }) => {
      if (this.lines.to !== end) return 0;
      this.total = Math.max(total, end + bytes.length);
      return bytes.length ? this.lines.append(bytes) : 0;
    });
  }

  /** The log may be longer than was read: it is not at its end until it is read again. */
  doubt(): void {
    this.doubted = true;
    this.changed(0);
  }

  /**
   * Reads new lines until the run ends, the stream breaks off or `signal` aborts. Call it only when the end is loaded. It
   * returns silently when other lines replace those that it continues.
   */
  async follow(signal: AbortSignal): Promise<void> {
    if (this.name !== driverLog) return this.lookAgain(signal);
    const { lines } = this;
    let end = lines.to;
    try {
      this.problem = null;
      for await (const bytes of follow(this.run, end, signal)) {
        if (signal.aborted || this.lines !== lines || lines.to !== end) return;
        const gone = lines.append(bytes);
        end = lines.to;
        this.total = Math.max(this.total, end);
        this.changed(gone);
      }
    } catch (error) {
      if (signal.aborted || isCut(error)) return;
      this.problem = error;
      this.changed(0);
    }
  }

  /** Only the driver's log can be followed; other logs are polled. */
  private async lookAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.after();
      await new Promise((done) => setTimeout(done, 1000));
    }
  }

  close(): void {
    this.closed = true;
    this.reading?.abort.abort();
  }

  /** Reads one piece at a time: a later request cancels the one under way. False: `take` was not called. */
  private async read(from: number, to: number, take: (found: Piece) => number, opens = false): Promise<boolean> {
    if (this.closed) return false;
    this.reading?.abort.abort();
    const abort = new AbortController();
    const reading = { abort, opens };
    this.reading = reading;
    try {
      const found = await piece(this.url, from, to, abort.signal);
      if (abort.signal.aborted) return false;
      const gone = take(found);
      this.problem = null;
      this.changed(gone);
      return true;
    } catch (error) {
      if (abort.signal.aborted) return false;
      this.problem = error;
      this.changed(0);
      return false;
    } finally {
      if (this.reading === reading) this.reading = null;
    }
  }
}
