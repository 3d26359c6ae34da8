// SPDX-License-Identifier: BSD-2-Clause
import type {
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  GetPasswordDataRequest,
  GetPasswordDataResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { nodeProperties } from '../node/properties'
import type { Operation } from '../operation'
import { instanceNamed } from './instance-ids'

/** Base64 of the last 64 KiB, and when it was written. */
export const getConsoleOutput: Operation<GetConsoleOutputRequest, GetConsoleOutputResult> = (
  tx,
  { InstanceId },
) => {
  const instance = instanceNamed(tx, InstanceId)
  if (instance.state !== 'running') {
    refuse('IncorrectInstanceState', `Instance ${instance.id} is not in a running state.`)
  }
  const console = tx.consoles.get(instance.id)
  const bytes = Buffer.from(console?.text ?? '')
  return {
    InstanceId: instance.id,
    Timestamp: console?.updatedAt ?? tx.now,
    Output: bytes.subarray(-nodeProperties.consoleBytes).toString('base64'),
  }
}

/**
 * A Windows guest writes its password, encrypted for the key pair, to its console between these two; other guests have
 * none, and the answer is empty.
 */
const passwordText = /<Password>\s*([A-Za-z0-9+/=\s]+?)\s*<\/Password>/g

export const getPasswordData: Operation<GetPasswordDataRequest, GetPasswordDataResult> = (
  tx,
  { InstanceId },
) => {
  const instance = instanceNamed(tx, InstanceId)
  const text = instance.platform === 'windows' ? (tx.consoles.get(instance.id)?.text ?? '') : ''
  const last = [...text.matchAll(passwordText)].at(-1)?.[1]
  return {
    InstanceId: instance.id,
    Timestamp: tx.consoles.get(instance.id)?.updatedAt ?? tx.now,
    PasswordData: (last ?? '').replace(/\s+/g, ''),
  }
}
