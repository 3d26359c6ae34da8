// SPDX-License-Identifier: BSD-2-Clause

const quietMilliseconds = 60_000
const mostKnown = 100

/** Pass errors on, the same one once a minute: what cannot be brought about is tried again twice a second. */
export const seldom = (
  tell: (error: unknown) => void,
  now: () => number = () => performance.now(),
): ((error: unknown) => void) => {
  const told = new Map<string, number>()
  return error => {
    const text = String(error)
    const last = told.get(text)
    if (last !== undefined && now() - last < quietMilliseconds) return
    if (told.size >= mostKnown) told.clear()
    told.set(text, now())
    tell(error)
  }
}
