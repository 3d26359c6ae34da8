// SPDX-License-Identifier: BSD-2-Clause

/** A time that is written without a fraction, which it has not: AWS writes those of data points so, and the tools know it. */
export class WholeSecond extends Date {
  override toISOString(): string {
    return super.toISOString().replace('.000Z', 'Z')
  }
}
