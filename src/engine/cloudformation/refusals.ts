// SPDX-License-Identifier: BSD-2-Clause
// What CloudFormation says when it refuses (engine-cloudformation-cloudwatch, part 1 §1).
import { refuse } from '../errors'

/** Every fault of a template or an argument. */
export const invalid = (message: string): never => refuse('ValidationError', message)
