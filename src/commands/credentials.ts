// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../cli/options'
import { local } from '../cli/suites'

/** An address that stands between apostrophes in a file that shells read. */
const address = (text: string): string => {
  const isAddress = /^https?:\/\/[\x21-\x26\x28-\x7e]+$/.test(text) && URL.canParse(text)
  if (!isAddress) throw new TypeError('must be an http or https URL')
  return text
}

export default local.command({
  summary: 'Write the credentials of a user of the cloud in the data folder',
  description:
    'A folder, or with a name that ends in .zip an archive, with eucarc, keys and certificates, as a cloud hands ' +
    'them out. Source its eucarc to use the tools as that user against `mallee serve`.',
  options: {
    account: option('-a --account', {
      metavar: 'ACCOUNT',
      default: 'eucalyptus',
      help: 'alias or number of the account (default: %(default)s)',
    }),
    user: option('-u --user', { metavar: 'USER', default: 'admin', help: 'user (default: %(default)s)' }),
    endpoint: option('--endpoint', {
      metavar: 'URL',
      type: address,
      help: 'address of the server that the files are for (default: the running one, else http://127.0.0.1:8773)',
    }),
    destination: positional('DIR|FILE.zip', { help: 'where to write them (required)' }),
  },
  call: async (context, { account, user, endpoint, destination }) => {
    const { writeCredentials } = await import('../serve/credentials')
    const { malleeHome, networking } = await context.settings()
    const path = context.path(destination)
    await writeCredentials({ home: malleeHome, account, user, endpoint, path, networking })
    return { written: destination }
  },
  rows: ({ written }) => [`Wrote ${written}`],
})
