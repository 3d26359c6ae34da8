// SPDX-License-Identifier: BSD-2-Clause
import type { Command } from '../../cli/command'
import createKeypair from './create-keypair'

/** It printed the same. */
const addKeypair: Command = {
  ...createKeypair,
  summary: 'Create a new SSH key pair for use with instances, by an older name',
}

export default addKeypair
