// SPDX-License-Identifier: BSD-2-Clause
// Operations of the SDK with the members that Eucalyptus' clients send and AWS' API no longer has. Requests with an
// unknown parameter are refused, so what is accepted must be in a schema.
import { RegisterImage$, RunInstances$ } from '@aws-sdk/client-ec2'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'

const withMembers = (schema: StaticOperationSchema, names: readonly string[]): StaticOperationSchema => {
  const [kind, namespace, name, traits, input, output] = schema
  // The SDK writes an operation's input as the structure itself or as a function that gives it.
  const shape = (typeof input === 'function' ? input() : input) as StaticStructureSchema
  const [shapeKind, shapeNamespace, shapeName, shapeTraits, members, types, ...rest] = shape
  const extended = [
    shapeKind,
    shapeNamespace,
    shapeName,
    shapeTraits,
    [...members, ...names],
    // 0 is a string.
    [...types, ...names.map(() => 0 as const)],
    ...rest,
  ] as unknown as StaticStructureSchema
  return [kind, namespace, name, traits, extended, output]
}

/** With `Platform` (`windows`), as euca-register sends it. */
export const RegisterImageWithPlatform$ = withMembers(RegisterImage$, ['Platform'])

/** With `AddressingType` (`public` or `private`), as euca-run-instances sends it. */
export const RunInstancesWithAddressing$ = withMembers(RunInstances$, ['AddressingType'])
