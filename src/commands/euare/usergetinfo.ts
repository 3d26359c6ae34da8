// SPDX-License-Identifier: BSD-2-Clause
import { userOrSelf } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: '[Eucalyptus only] Show what is noted of a user',
  common: ['tabify', 'region', 'service-url', 'credentials'],
  options: {
    ...userOrSelf,
    infoKey: option('-k --info-key', { metavar: 'INFOKEY', help: 'only what is noted under this key' }),
  },
  call: (iam, { user, infoKey }) => iam.getUserInfo({ UserName: user, InfoKey: infoKey }),
  rows: ({ Infos }) => (Infos ?? []).map(({ Key, Value }) => [Key, Value]),
})
