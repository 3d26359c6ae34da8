// SPDX-License-Identifier: BSD-2-Clause
// What the functions of a stack's template are evaluated with.
import { zoneNames } from '../../ec2/zones'
import type { Tx } from '../../operation'
import { stackArn } from '../arns'
import type { Stack, StackResource } from '../schema'
import { readKnownTemplate } from '../template'
import type { KnownResource, Scope, StackParameter, Template } from '../template/contracts'
import { exportedValue } from './exports'
import { bodyOf, parametersOf } from './records'

// Every step of a stack wants its template, and to read one takes longer than most of what is done with it. A template in
// memory is some ten times as large as its text.
const mostKept = 8 * 2 ** 20
const kept = new Map<string, Template>()
let keptCharacters = 0

const readOnce = (text: string): Template => {
  const known = kept.get(text)
  if (known) return known
  const template = readKnownTemplate(text)
  for (const oldest of kept.keys()) {
    if (keptCharacters + text.length <= mostKept) break
    kept.delete(oldest)
    keptCharacters -= oldest.length
  }
  kept.set(text, template)
  keptCharacters += text.length
  return template
}

export const templateTextOf = (tx: Tx, stack: Pick<Stack, 'account' | 'id' | 'template'>): string =>
  tx.stackTemplates.in(stack.account).must(stack.id, stack.template).text

export const templateOf = (tx: Tx, stack: Pick<Stack, 'account' | 'id' | 'template'>): Template =>
  readOnce(templateTextOf(tx, stack))

/** Zones in which an account has a default subnet, or all where it has none at all (engine-cloudformation-cloudwatch, part 1 §6). */
const zonesFor = (tx: Tx, account: string): readonly string[] => {
  const own = tx.subnets.list().filter(one => one.account === account && one.isDefault)
  return own.length === 0 ? zoneNames : zoneNames.filter(name => own.some(({ zone }) => zone === name))
}

/** A scope for a template of a stack that need not be on record yet. */
export const scopeFor = (
  tx: Tx,
  stack: Pick<Stack, 'account' | 'id' | 'name' | 'notificationArns'>,
  template: Template,
  parameters: readonly StackParameter[],
  resource: (logicalId: string) => KnownResource | undefined = () => undefined,
): Scope => ({
  template,
  parameters: new Map(parameters.map(parameter => [parameter.key, parameter])),
  accountId: stack.account,
  region: tx.region,
  stackId: stackArn(stack),
  stackName: stack.name,
  notificationArns: stack.notificationArns,
  zones: zonesFor(tx, stack.account),
  resource,
  exported: name => exportedValue(tx, stack, name),
})

/** Looks up what there is of resources, each of which is read once. */
export const knownAmong = (
  resources: readonly StackResource[],
): ((logicalId: string) => KnownResource | undefined) => {
  const records = new Map(resources.map(resource => [resource.logicalId, resource]))
  const bodies = new Map<string, KnownResource | undefined>()
  return logicalId => {
    if (!bodies.has(logicalId)) {
      const record = records.get(logicalId)
      bodies.set(logicalId, record && bodyOf(record))
    }
    return bodies.get(logicalId)
  }
}

export const scopeOf = (tx: Tx, stack: Stack, resources: readonly StackResource[]): Scope =>
  scopeFor(tx, stack, templateOf(tx, stack), parametersOf(stack), knownAmong(resources))
