// SPDX-License-Identifier: BSD-2-Clause
// How a resource is made and changed, whether the stack is new, is updated, or gets back what it was.
import type { Tx } from '../../operation'
import type { Progress } from '../resources/contracts'
import type { Stack, StackResource } from '../schema'
import { signalsFor } from '../signals'
import { checkedProperties, propertiesOf } from '../template'
import type { EvaluatedObject, Scope } from '../template/contracts'
import { type Body, bodyOf, mark, putRemains } from './records'
import { begun, isToBeAsked, type Task, typeOf, waitOn, withBody } from './tasks'
import { workFor } from './work'

/** The properties that a resource is to have, checked against its type. */
export const settledProperties = (scope: Scope, resource: StackResource): EvaluatedObject => {
  const { logicalId } = resource
  const type = typeOf(resource)
  const properties = checkedProperties(type, propertiesOf(scope, logicalId), {
    template: scope.template,
    logicalId,
  })
  type.check?.(properties)
  return properties
}

type InProgress = 'CREATE_IN_PROGRESS' | 'UPDATE_IN_PROGRESS'

/** Whether it is being made or changed. */
export const isGoing = ({ status }: StackResource): boolean =>
  status === 'CREATE_IN_PROGRESS' || status === 'UPDATE_IN_PROGRESS'

const complete = {
  CREATE_IN_PROGRESS: 'CREATE_COMPLETE',
  UPDATE_IN_PROGRESS: 'UPDATE_COMPLETE',
} as const

const awaitsSignals = (scope: Scope, resource: StackResource): boolean =>
  typeOf(resource).takesSignals === true &&
  scope.template.resources.get(resource.logicalId)?.creationPolicy !== undefined

/** Begin to make it. When there is nothing to wait for, that is all. */
export const make = (
  tx: Tx,
  stack: Stack,
  scope: Scope,
  resource: StackResource,
  { status, reason }: { readonly status: InProgress; readonly reason?: string },
): StackResource => {
  const type = typeOf(resource)
  const marked = mark(tx, stack, resource, status, reason)
  const properties = settledProperties(scope, resource)
  const waitsForSignals = awaitsSignals(scope, resource)
  const work = workFor(tx, stack, resource, { waitsForSignals })
  const made = type.create(work, properties)
  const body: Body = { ...made, properties, ...(work.drawn !== undefined && { name: work.drawn }) }
  const there = begun(tx, withBody(marked, body))
  const initiated = mark(tx, stack, there, status, 'Resource creation Initiated')
  return type.created || waitsForSignals ? initiated : mark(tx, stack, initiated, complete[status])
}

/** Change it where it is, to other properties. */
export const change = (
  tx: Tx,
  stack: Stack,
  resource: StackResource,
  properties: EvaluatedObject,
): StackResource => {
  const type = typeOf(resource)
  const body = bodyOf(resource)
  if (!body || !type.update) throw new Error(`${resource.logicalId} cannot be changed`)
  const marked = mark(tx, stack, resource, 'UPDATE_IN_PROGRESS')
  const work = workFor(tx, stack, { ...resource, name: body.name })
  const made = type.update(work, body, properties, body.properties)
  const drawn = work.drawn === undefined ? {} : { name: work.drawn }
  const changed = begun(tx, withBody(marked, { ...made, properties, ...drawn }))
  return type.updated ? putRemains(tx, changed) : mark(tx, stack, changed, 'UPDATE_COMPLETE')
}

/** Ask how far it is, and write that down. */
const ask = (tx: Tx, stack: Stack, scope: Scope, resource: StackResource): StackResource => {
  const type = typeOf(resource)
  const body = bodyOf(resource)
  if (!body) throw new Error(`${resource.logicalId} is in progress without anything there`)
  const status = resource.status as InProgress
  const work = workFor(tx, stack, { ...resource, name: body.name })
  const isChange = resource.change === 'updated'
  const { properties } = body
  const progress: Progress = (isChange
    ? type.updated?.(work, body, properties)
    : type.created?.(work, body, properties)) ?? { is: 'complete' }
  if (progress.is === 'waiting') return waitOn(tx, resource, progress)
  const now = progress.made
    ? withBody(resource, {
        ...progress.made,
        properties,
        ...(body.name !== undefined && { name: body.name }),
      })
    : resource
  if (!isChange && awaitsSignals(scope, resource)) {
    const signals = signalsFor(tx, scope, now)
    if (signals.is === 'waiting') return waitOn(tx, now, signals)
  }
  return mark(tx, stack, now, complete[status])
}

/** To ask those, of the resources that are being made or changed, whose time has come. */
export const questions = (
  tx: Tx,
  stack: Stack,
  going: readonly StackResource[],
  scope: () => Scope,
): readonly Task[] =>
  going
    .filter(resource => isToBeAsked(resource, tx.now))
    .map(resource => ({
      key: `ask ${resource.logicalId}`,
      run: () => {
        ask(tx, stack, scope(), resource)
      },
      fail: reason => {
        const status = resource.status === 'CREATE_IN_PROGRESS' ? 'CREATE_FAILED' : 'UPDATE_FAILED'
        mark(tx, stack, resource, status, reason)
      },
    }))
