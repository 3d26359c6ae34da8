// SPDX-License-Identifier: BSD-2-Clause
// Operations of the SDK with the members that Eucalyptus' clients send or read and AWS' API no longer has. Requests with
// an unknown parameter are refused, so what is accepted must be in a schema.
import { AssociateAddress$, CreateSecurityGroup$, RegisterImage$, RunInstances$ } from '@aws-sdk/client-ec2'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'

type Reference = StaticOperationSchema[4]

// 0 is a string, 2 a boolean.
const text = 0
const returned = [2, { xmlName: 'return' }]

const extended = (reference: Reference, added: Readonly<Record<string, unknown>>): StaticStructureSchema => {
  // The SDK writes an operation's shapes as themselves or as functions that give them.
  const shape = (typeof reference === 'function' ? reference() : reference) as StaticStructureSchema
  const [kind, namespace, name, traits, members, types, ...rest] = shape
  return [
    kind,
    namespace,
    name,
    traits,
    [...members, ...Object.keys(added)],
    [...types, ...Object.values(added)],
    ...rest,
  ] as unknown as StaticStructureSchema
}

const withInput = (
  [kind, namespace, name, traits, input, output]: StaticOperationSchema,
  added: Readonly<Record<string, unknown>>,
): StaticOperationSchema => [kind, namespace, name, traits, extended(input, added), output]

const withOutput = (
  [kind, namespace, name, traits, input, output]: StaticOperationSchema,
  added: Readonly<Record<string, unknown>>,
): StaticOperationSchema => [kind, namespace, name, traits, input, extended(output, added)]

/** With `Platform` (`windows`), as euca-register sends it. */
export const RegisterImageWithPlatform$ = withInput(RegisterImage$, { Platform: text })

/** With `AddressingType` (`public` or `private`), as euca-run-instances sends it. */
export const RunInstancesWithAddressing$ = withInput(RunInstances$, { AddressingType: text })

/** With `return`, by which clients of EC2's first versions tell success (right_aws, fog); so is the next. */
export const CreateSecurityGroupWithReturn$ = withOutput(CreateSecurityGroup$, { Return: returned })
export const AssociateAddressWithReturn$ = withOutput(AssociateAddress$, { Return: returned })
