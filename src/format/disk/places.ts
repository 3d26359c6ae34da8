// SPDX-License-Identifier: BSD-2-Clause
import { DiskFormatError } from './errors'
import { sectorBytes } from './image'

// A page of the map tells of 256 MiB of file.
const pageBytes = 65_536
const pageSectors = pageBytes * 8

/**
 * Which sectors of a file have been used for something. In a sound image every piece has a place of its own; one whose
 * pieces share places could make a disk of terabytes out of a few kilobytes. A bit a sector, so 25 MiB for 100 GiB of data.
 */
export class Places {
  readonly #sectors: number
  readonly #pages = new Map<number, Uint8Array>()

  constructor(fileBytes: number) {
    this.#sectors = Math.ceil(fileBytes / sectorBytes)
  }

  /** Take the bytes from `start` on, which begin at a sector. `what` names them in the refusal. */
  take(start: number, bytes: number, what: string): void {
    const first = start / sectorBytes
    const end = first + Math.ceil(bytes / sectorBytes)
    if (!(Number.isInteger(first) && first >= 0 && end <= this.#sectors)) {
      throw new DiskFormatError(`The image is damaged or cut short: ${what} is not inside of it`)
    }
    for (let sector = first; sector < end; sector++) {
      const page = this.#page(Math.floor(sector / pageSectors))
      const at = (sector % pageSectors) >>> 3
      const bit = 1 << (sector & 7)
      const taken = page[at] ?? 0
      if (taken & bit) throw new DiskFormatError(`The image is damaged: ${what} lies upon something else`)
      page[at] = taken | bit
    }
  }

  #page(number: number): Uint8Array {
    const page = this.#pages.get(number) ?? new Uint8Array(pageBytes)
    this.#pages.set(number, page)
    return page
  }
}
