// SPDX-License-Identifier: BSD-2-Clause

/**
 * Make a function's result once for each key object and keep it as long as the key lives. A list of records is such a key:
 * it is the same array until one of them changes.
 */
export const oncePer = <Key extends object, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const made = new WeakMap<Key, Value>()
  return key => {
    const found = made.get(key)
    if (found !== undefined) return found
    const value = make(key)
    made.set(key, value)
    return value
  }
}
