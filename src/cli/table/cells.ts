// SPDX-License-Identifier: BSD-2-Clause
// What one cell of a table looks like: how wide it is on a screen, what of it may reach a terminal, and its colour.

const controls = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const controlsOfLines = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

const shown = (control: string): string => {
  const code = control.charCodeAt(0)
  if (code < 0x20 || code === 0x7f) return `^${String.fromCharCode(code ^ 0x40)}`
  return `\\u${code.toString(16).padStart(4, '0')}`
}

/**
 * Text from a cloud as a terminal may see it: what would move its cursor, change its colours or turn round the direction of
 * writing is spelled out. A line of its own keeps its tabs and line ends.
 */
export const harmless = (text: string, isLine = false): string =>
  text.replace(isLine ? controlsOfLines : controls, shown)

/** How many places a text takes on a screen. The library is loaded only for texts that are not plain letters. */
export const widthOf = (text: string): number => {
  if (/^[ -~]*$/.test(text)) return text.length
  return (require('string-width') as typeof import('string-width'))(text)
}

type Mood = 'good' | 'going' | 'bad'

const words: Readonly<Record<Mood, string>> = {
  good:
    'running available active ok associated attached in-use completed complete enabled inservice healthy successful ' +
    'normal create_complete update_complete delete_complete monitoring-enabled',
  going:
    'pending pending-acceptance initiating-request initializing shutting-down stopping creating deleting attaching detaching associating ' +
    'provisioning waiting-for-shutdown bundling storing cancelling inprogress insufficient_data insufficient-data ' +
    'warning impaired-soon busy',
  bad:
    'terminated failed error error_deleting impaired deleted deregistered cancelled rejected expired blackhole retiring ' +
    'outofservice unhealthy alarm rollback_complete rollback_failed',
}

const moods = new Map<string, Mood>(
  (Object.keys(words) as Mood[]).flatMap(mood => words[mood].split(' ').map(word => [word, mood] as const)),
)

const moodOf = (state: string): Mood | undefined => {
  const word = state.toLowerCase()
  if (word.endsWith('_in_progress') || word.startsWith('pending:')) return 'going'
  if (word.endsWith('_failed')) return 'bad'
  return moods.get(word)
}

const introducer = '\u001b['
const colours: Readonly<Record<Mood, string>> = { good: '32', going: '33', bad: '31' }

/** A text as it is in bold letters. */
export const bold = (text: string): string => `${introducer}1m${text}${introducer}22m`

/** A state in its colour; any other text as it is. `padded` is the text with the blanks around it. */
export const coloured = (state: string, padded: string): string => {
  const mood = moodOf(state)
  return mood === undefined
    ? padded
    : padded.replace(state, () => `${introducer}${colours[mood]}m${state}${introducer}39m`)
}

/** Whether the column of this name holds states. */
export const holdsStates = (name: string): boolean => /STAT(E|US)$|^HEALTH$/i.test(name)
