// SPDX-License-Identifier: BSD-2-Clause
// What alarms do. An alarm calls for its actions in the transaction that changes its state, and they are carried out
// afterwards, each in a transaction of its own: an action that is refused undoes nothing else, and one that is on record is
// carried out once, whoever dies and however many processes are at it.
import { policyNamed } from '../autoscaling/arns'
import { policyDemand } from '../autoscaling/permissions'
import { hasToWait, runPolicyByAlarm } from '../autoscaling/policy-execution'
import { unknownPolicy } from '../autoscaling/refusals'
import { nextNumber } from '../counters'
import { on } from '../ec2/access/on'
import { stopInstances, terminateInstances } from '../ec2/instance-states'
import { Refusal } from '../errors'
import { administratorName, orderingCaller, userCaller } from '../iam/callers'
import type { Caller, ChoreContext, Tx } from '../operation'
import { recordHistory } from './alarm-history'
import { timeText } from './alarm-reasons'
import type { Alarm, AlarmState, CalledAction } from './schema/alarms'
import type { Dimension } from './schema/metrics'

interface ActionKind {
  /** Whether an ARN is of this kind, for a metric with these dimensions. */
  readonly matches: (arn: string, dimensions: readonly Dimension[]) => boolean
  /** Each period anew while the state lasts, and not only when it changes. */
  readonly repeats: boolean
  /** On whose behalf it is carried out. */
  readonly callerFor: (tx: Tx, action: CalledAction) => Caller
  /** Carry it out. Why it was not done, if it was not. */
  readonly run: (tx: Tx, action: CalledAction) => string | undefined
}

const administrator: ActionKind['callerFor'] = (tx, { account }) => userCaller(tx, account, administratorName)

/**
 * Whoever made the alarm as it is: who may have alarms but not stop instances can ask for that in vain, as with AWS, until
 * he may. Earlier releases did not write down who it was.
 */
const whoeverOrdered: ActionKind['callerFor'] = (tx, action) =>
  action.orderedBy
    ? orderingCaller(tx, { account: action.account, ...action.orderedBy })
    : administrator(tx, action)

const instanceOf = (dimensions: readonly Dimension[]): string | undefined =>
  dimensions.find(({ name }) => name === 'InstanceId')?.value

/** `arn:aws:automate:REGION:ec2:stop` */
const automates =
  (verb: string): ActionKind['matches'] =>
  (arn, dimensions) =>
    arn.startsWith('arn:aws:automate:') &&
    arn.endsWith(`:ec2:${verb}`) &&
    instanceOf(dimensions) !== undefined

const onInstance = (
  action: string,
  run: (tx: Tx, input: { readonly InstanceIds: string[] }) => unknown,
): ActionKind['run'] => {
  const demands = on.instances('InstanceIds')
  return (tx, { instanceId = '' }) => {
    const input = { InstanceIds: [instanceId] }
    tx.authorize(...demands(tx, input).map(demand => ({ ...demand, action })))
    run(tx, input)
    return undefined
  }
}

const kinds: readonly ActionKind[] = [
  {
    matches: automates('stop'),
    repeats: false,
    callerFor: whoeverOrdered,
    run: onInstance('ec2:StopInstances', stopInstances),
  },
  {
    matches: automates('terminate'),
    repeats: false,
    callerFor: whoeverOrdered,
    run: onInstance('ec2:TerminateInstances', terminateInstances),
  },
  {
    matches: arn => arn.startsWith('arn:aws:autoscaling:'),
    repeats: true,
    callerFor: administrator,
    run: (tx, { arn, alarmName, threshold, value }) => {
      const policy = policyNamed(tx, undefined, arn) ?? unknownPolicy(arn)
      tx.authorize({ ...policyDemand(tx, policy), action: 'autoscaling:ExecutePolicy' })
      const group = tx.scalingGroups.in(policy.account).get(policy.groupName)
      const waits = policy.type === 'SimpleScaling' && group !== undefined && hasToWait(tx, group)
      if (runPolicyByAlarm(tx, arn, { alarm: alarmName, threshold, value })) return undefined
      return waits ? 'Group is in cooldown' : 'The policy was not carried out'
    },
  },
]

const kindOf = (arn: string, dimensions: readonly Dimension[]): ActionKind | undefined =>
  kinds.find(({ matches }) => matches(arn, dimensions))

/** Whether alarms on a metric with these dimensions can do this. */
export const isSupportedAction = (arn: string, dimensions: readonly Dimension[]): boolean =>
  kindOf(arn, dimensions) !== undefined

const actionsOf = (alarm: Alarm, state: AlarmState): readonly string[] =>
  ({
    OK: alarm.okActions,
    ALARM: alarm.alarmActions,
    INSUFFICIENT_DATA: alarm.insufficientDataActions,
  })[state]

/** Have the actions of an alarm's state carried out: of a state that lasts, those that repeat. How many that are. */
export const callActions = (tx: Tx, alarm: Alarm, isChange: boolean, value: number | undefined): number => {
  if (!alarm.actionsEnabled) return 0
  const { account, name, threshold, dimensions, stateUpdatedAt, orderedBy } = alarm
  const called = actionsOf(alarm, alarm.state).filter(arn => isChange || kindOf(arn, dimensions)?.repeats)
  if (called.length === 0) return 0
  const instanceId = instanceOf(dimensions)
  for (const arn of called) {
    tx.calledActions.in(account).put({
      ...{
        account,
        alarmName: name,
        sequence: nextNumber(tx, 'alarm action'),
        arn,
        threshold,
        stateUpdatedAt,
      },
      ...(value !== undefined && { value }),
      ...(instanceId !== undefined && { instanceId }),
      ...(orderedBy && { orderedBy }),
    })
  }
  tx.after(0, 'cloudwatch.act', account)
  return called.length
}

const recordOutcome = (tx: Tx, action: CalledAction, error: string | undefined): void => {
  const { account, alarmName: name, arn, stateUpdatedAt } = action
  const summary =
    error === undefined ? ` Successfully executed action ${arn}` : ` Failed to execute action ${arn}`
  recordHistory(tx, { account, name }, 'Action', summary, {
    actionState: error === undefined ? 'Succeeded' : 'Failed',
    notificationResource: arn,
    stateUpdateTimestamp: timeText(stateUpdatedAt),
    error,
  })
}

/** Take an action off the record. Whether it was still there. */
const take = (tx: Tx, { account, sequence }: CalledAction): boolean => {
  const actions = tx.calledActions.in(account)
  if (!actions.get(sequence)) return false
  actions.delete(sequence)
  return true
}

const carryOut = (tx: Tx, action: CalledAction): void => {
  if (!take(tx, action)) return
  const { arn, instanceId } = action
  const kind = kindOf(arn, instanceId === undefined ? [] : [{ name: 'InstanceId', value: instanceId }])
  recordOutcome(tx, action, kind ? kind.run(tx.as(kind.callerFor(tx, action)), action) : 'Unsupported action')
}

/** Chore: carry out what the alarms of an account have called for. */
export const runCalledActions = async ({ transact }: ChoreContext, account: string): Promise<void> => {
  for (;;) {
    const action = await transact(tx => tx.calledActions.in(account).first())
    if (!action) return
    try {
      await transact(tx => carryOut(tx, action))
    } catch (error) {
      await transact(tx => {
        if (take(tx, action))
          recordOutcome(tx, action, error instanceof Error ? error.message : String(error))
      })
      // A bug is told, once the action no longer stands in the way of the others.
      if (!(error instanceof Refusal)) throw error
    }
  }
}
