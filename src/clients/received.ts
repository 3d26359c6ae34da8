// SPDX-License-Identifier: BSD-2-Clause

/**
 * An instant that remembers how it was written. Tools print timestamps as they were received, and services differ in
 * how they write them; everything else can use it as the Date it is.
 */
export class ReceivedDate extends Date {
  constructor(readonly received: string) {
    super(/^\d+(\.\d+)?$/.test(received) ? Number(received) * 1000 : received)
  }
  override toJSON(): string {
    return this.received
  }
}

/** The text of a timestamp as the service sent it; a Date of our own making has the ISO form. */
export const receivedText = (date: Date): string =>
  date instanceof ReceivedDate ? date.received : date.toISOString()
