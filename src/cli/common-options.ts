// SPDX-License-Identifier: BSD-2-Clause
// Options that many tools share, in the order of help.
import type { CommonGroup } from './command'
import { type FilterTable, filterType } from './filters'
import { append, exclusive, flag, type Options, option } from './options'

const groups: Readonly<Record<CommonGroup, Options>> = {
  tabify: {
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

const order: readonly CommonGroup[] = ['tabify', 'progress', 'region', 'service-url', 'credentials']

const filterHelp = (table: FilterTable): string => {
  const names = Object.keys(table).map(name => (name.endsWith(':') ? `${name}KEY` : name))
  return `restrict results to those that meet criteria. Allowed filter names: ${names.join(', ')}`
}

const base: Options = {
  json: flag('--json', { help: 'print the whole result as JSON instead of records' }),
  debug: flag('--debug', { help: 'show debugging output' }),
  debugger: flag('--debugger', { help: 'as --debug' }),
}

/** The options of the shared groups named, the filter option for a table, and those of every tool. */
export const commonOptions = (names: readonly CommonGroup[], filters?: FilterTable): Options => ({
  ...Object.assign({}, ...order.filter(name => names.includes(name)).map(name => groups[name])),
  ...(filters && {
    filters: append('--filter', {
      metavar: 'NAME=VALUE',
      type: filterType(filters),
      help: filterHelp(filters),
    }),
  }),
  ...base,
})
