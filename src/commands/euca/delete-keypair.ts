// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete a key pair',
  options: { keyPair: positional('KEYPAIR', { help: 'name of the key pair to delete (required)' }) },
  call: (ec2, { keyPair }) => ec2.deleteKeyPair({ KeyName: keyPair }),
  rows: (_, { keyPair }) => [['KEYPAIR', keyPair]],
})
