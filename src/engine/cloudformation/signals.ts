// SPDX-License-Identifier: BSD-2-Clause
// Signals that a resource's creation policy waits for (engine-cloudformation-cloudwatch, part 1 §7).
import type { Tx } from '../operation'
import { type Progress, ResourceFailure } from './resources/contracts'
import type { Stack, StackResource, StackSignal } from './schema'
import { evaluate } from './template'
import type { Evaluated, EvaluatedObject, Scope } from './template/contracts'

const defaultTimeout = 'PT5M'
/** Twelve hours, as wait conditions. */
const longestTimeout = 43_200

const isObject = (value: Evaluated): value is EvaluatedObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A duration in ISO 8601's form without years and months; `undefined` of what is none. */
export const secondsOf = (text: string): number | undefined => {
  const [whole, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/.exec(text) ?? []
  if (whole === undefined || !/\d/.test(whole)) return undefined
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
}

/** What a creation policy asks for, at least one signal within five minutes. */
export const signalPolicy = (
  scope: Scope,
  logicalId: string,
): { readonly count: number; readonly timeoutSeconds: number } => {
  const written = scope.template.resources.get(logicalId)?.creationPolicy ?? {}
  const policy = evaluate(scope, written, ['Resources', logicalId, 'CreationPolicy'])
  const signal = isObject(policy) ? policy.ResourceSignal : undefined
  const { Count = 1, Timeout = defaultTimeout } = isObject(signal) ? signal : {}
  const count = Number(Count)
  const timeoutSeconds = secondsOf(String(Timeout))
  if (!Number.isInteger(count) || count < 0) {
    throw new ResourceFailure(`Invalid Count ${String(Count)} in the CreationPolicy of ${logicalId}`)
  }
  if (timeoutSeconds === undefined || timeoutSeconds > longestTimeout) {
    throw new ResourceFailure(`Invalid Timeout ${String(Timeout)} in the CreationPolicy of ${logicalId}`)
  }
  return { count, timeoutSeconds }
}

export const signalsOf = (
  tx: Tx,
  { account, stackId, logicalId }: Pick<StackResource, 'account' | 'stackId' | 'logicalId'>,
): readonly StackSignal[] => [...tx.stackSignals.in(account).scan({ under: [stackId, logicalId] })]

export const forgetSignals = (
  tx: Tx,
  { account, id }: Pick<Stack, 'account' | 'id'>,
  logicalId?: string,
): void => {
  const table = tx.stackSignals.in(account)
  const under = logicalId === undefined ? [id] : [id, logicalId]
  for (const signal of [...table.scan({ under })]) table.delete(id, signal.logicalId, signal.uniqueId)
}

/** Whether a resource has the signals that it waits for. Thrown as its failure: one that says so, or too few in time. */
export const signalsFor = (tx: Tx, scope: Scope, resource: StackResource): Progress => {
  const { count, timeoutSeconds } = signalPolicy(scope, resource.logicalId)
  const signals = signalsOf(tx, resource)
  const failure = signals.find(({ isFailure }) => isFailure)
  if (failure) throw new ResourceFailure(`Received FAILURE signal with UniqueId ${failure.uniqueId}`)
  if (signals.length >= count) return { is: 'complete' }
  const waited = (tx.now.getTime() - (resource.begunAt ?? tx.now).getTime()) / 1000
  if (waited >= timeoutSeconds) {
    throw new ResourceFailure(
      `Failed to receive ${count - signals.length} resource signal(s) within the specified duration`,
    )
  }
  return { is: 'waiting', seconds: Math.min(2, timeoutSeconds - waited), hasOwnLimit: true }
}
