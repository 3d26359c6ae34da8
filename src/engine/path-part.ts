// SPDX-License-Identifier: BSD-2-Clause
// What a record is called as a part of a path. The cloud's own names all are one; but a folder may have been loaded from an
// archive that somebody forged, and none of its records may lead out of it.

/** The name, if it stays in its folder. */
export const pathPart = (name: string): string => {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    throw new Error(`${JSON.stringify(name.slice(0, 100))} is no name of a file of the cloud`)
  }
  return name
}
