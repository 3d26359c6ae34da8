// SPDX-License-Identifier: BSD-2-Clause
// Options that many tools share, in the order of help.
import { duration } from './argument-types'
import type { CommonGroup } from './command'
import { type FilterTable, filterType } from './filters'
import { formats } from './formats'
import { append, exclusive, flag, type Options, option } from './options'

const groups: Readonly<Record<CommonGroup, Options>> = {
  tabify: {
    showEmptyFields: flag('--show-empty-fields', { help: 'show empty values as "(nil)"' }),
  },
  table: {
    showHeaders: flag('--show-headers', { help: 'show column headers' }),
    showEmptyFields: flag('--show-empty-fields', { help: 'show empty values as "(nil)"' }),
  },
  progress: {
    showing: exclusive(
      { required: false },
      {
        showProgress: flag('--progress', { help: 'show progress (the default when run in a terminal)' }),
        noProgress: flag('--no-progress', {
          help: 'do not show progress (the default when not run in a terminal)',
        }),
        showPorcelain: flag('--porcelain', { help: 'show progress as lines for programs', hidden: true }),
      },
    ),
  },
  wait: {
    wait: flag('--wait', {
      help: 'wait until what was asked for has come about, and tell how far it has come',
    }),
    waitTimeout: option('--wait-timeout', {
      metavar: 'SECONDS',
      type: duration,
      default: 600,
      help: 'how long to wait with --wait (default: %(default)s)',
    }),
  },
  region: {
    region: option('--region', {
      metavar: 'USER@REGION',
      help: 'region and/or user name to look up in config files',
    }),
  },
  'service-url': {
    url: option('-U --url', { metavar: 'URL', help: 'service endpoint URL' }),
  },
  credentials: {
    accessKeyId: option('-I --access-key-id', { metavar: 'KEY_ID', help: 'access key ID' }),
    secretKey: option('-S --secret-key', { metavar: 'KEY', help: 'secret key' }),
    securityToken: option('--security-token', {
      metavar: 'TOKEN',
      help: 'security token of temporary credentials',
    }),
  },
}

const order: readonly CommonGroup[] = [
  'tabify',
  'table',
  'progress',
  'wait',
  'region',
  'service-url',
  'credentials',
]

const filterHelp = (table: FilterTable): string => {
  const names = Object.keys(table).map(name => (name.endsWith(':') ? `${name}KEY` : name))
  return `restrict results to those that meet criteria. Allowed filter names: ${names.join(', ')}`
}

/** Whether a tool has an option of this name itself, with a meaning of its own. */
const isTaken = (own: Options, name: string): boolean =>
  Object.values(own).some(entry =>
    'members' in entry ? isTaken(entry.members, name) : entry.flags.includes(name),
  )

const outputFormat: Options = {
  outputFormat: option('--format', {
    choices: formats,
    help: 'how to print: text for programs, a table for people, or all of it as JSON (default: $MALLEE_FORMAT, else text)',
  }),
}

const base: Options = {
  json: flag('--json', { help: 'print the whole result as JSON' }),
  debug: flag('--debug', { help: 'show debugging output' }),
  debugger: flag('--debugger', { help: 'as --debug' }),
}

/**
 * The options of the shared groups named, the filter option for a table, and those of every tool. `own` are those that the
 * tool has beside them: a few have a --format that is about something else.
 */
export const commonOptions = (
  names: readonly CommonGroup[],
  filters?: FilterTable,
  own: Options = {},
): Options => ({
  ...Object.assign({}, ...order.filter(name => names.includes(name)).map(name => groups[name])),
  ...(filters && {
    filters: append('--filter', {
      metavar: 'NAME=VALUE',
      type: filterType(filters),
      help: filterHelp(filters),
    }),
  }),
  ...(!isTaken(own, '--format') && outputFormat),
  ...base,
})
