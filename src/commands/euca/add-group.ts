// SPDX-License-Identifier: BSD-2-Clause
import type { Command } from '../../cli/command'
import createGroup from './create-group'

/** An older name, which printed no ID: there was none. */
const addGroup: Command = {
  ...createGroup,
  summary: 'Create a new security group, and print it as older releases did',
  rows: (_, { group, description }) => [['GROUP', String(group), String(description)]],
}

export default addGroup
