// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { keyPairRows } from '../../rows/key-pairs'

export default ec2.command({
  summary: 'Display information about available key pairs',
  options: { keyPair: positional('KEYPAIR', { nargs: '*', help: 'limit results to specific key pairs' }) },
  filters: anyText('fingerprint', 'key-name'),
  call: (ec2, { keyPair, filters }) =>
    ec2.describeKeyPairs({ KeyNames: someOf(keyPair), Filters: someOf(filters) }),
  rows: ({ KeyPairs }) => keyPairRows(KeyPairs),
})
