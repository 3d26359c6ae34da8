// SPDX-License-Identifier: BSD-2-Clause
// CloudFormation.
//
// Missing
//
// Different on purpose
import type { Service } from '../operation'
import { invalid } from './refusals'
import { stackOperations } from './stacks/operations'
import { templateOperations } from './template-operations'

export const cloudformation: Service = {
  name: 'cloudformation',
  missing: member => invalid(`${member} is required`),
  operations: {
    ...stackOperations,
    ...templateOperations,
  },
}
