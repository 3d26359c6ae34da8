// SPDX-License-Identifier: BSD-2-Clause
// The text of /etc/fstab. It is handled as bytes (latin1), so that whatever encoding its comments have stays as it is.

// Volumes do not bring the disks that come and go with an instance, so a line that mounts one of those makes a boot
// wait, or fail. By convention they are on /mnt, or below /media or /mnt under the name that the mapping has.
const ephemeralPlaces = /^\/(mnt|(mnt|media)\/ephemeral\d*)\/*$/
const localDisks = /^(\/dev\/|ephemeral\d|(LABEL|UUID|PARTLABEL|PARTUUID)=)/

/** Whether a line mounts an ephemeral disk. Network shares, memory and other folders on `/mnt` are left alone. */
const isEphemeral = (line: string): boolean => {
  const [device = '', place = ''] = line.trim().split(/[ \t]+/)
  return localDisks.test(device) && ephemeralPlaces.test(place)
}

export interface EditedFstab {
  readonly text: string
  /** The lines that are comments now, as they were; none when there was nothing to do. */
  readonly lines: readonly string[]
}

/** The table with its lines for ephemeral disks made comments. */
export const withoutEphemeral = (text: string): EditedFstab => {
  const lines: string[] = []
  const edited = text.split('\n').map(line => {
    if (!isEphemeral(line)) return line
    lines.push(line)
    return `#${line}`
  })
  return { text: edited.join('\n'), lines }
}

const isEntry = (line: string): boolean => /^[ \t]*[^#\s]/.test(line)

/** From what changes the least. None of them changes what is mounted. */
const shortenings: readonly ((lines: readonly string[], made: ReadonlySet<string>) => string[])[] = [
  lines => lines.map(line => (isEntry(line) ? line.trim().replace(/[ \t]+/g, ' ') : line.trimEnd())),
  lines => lines.filter(line => line !== ''),
  (lines, made) => lines.filter(line => isEntry(line) || made.has(line)),
  lines => lines.filter(isEntry),
]

/**
 * The same table with at least and at most so many bytes, as its blocks allow: first runs of spaces go, then empty lines,
 * then comments, and those that `withoutEphemeral` made only at last. What is too short gets empty lines.
 */
export const fitted = (
  { text, lines }: EditedFstab,
  { least, most }: { readonly least: number; readonly most: number },
): string | undefined => {
  const made = new Set(lines.map(line => `#${line}`.trimEnd()))
  let kept = text
  for (const shorten of shortenings) {
    if (kept.length <= most) break
    kept = `${shorten(kept.replace(/\n$/, '').split('\n'), made).join('\n')}\n`
  }
  return kept.length <= most ? kept.padEnd(least, '\n') : undefined
}
