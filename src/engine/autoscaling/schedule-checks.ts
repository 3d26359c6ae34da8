// SPDX-License-Identifier: BSD-2-Clause
// What a scheduled action may be. Eucalyptus had none: rules and texts are AWS'.
import type { ScheduledUpdateGroupActionRequest } from '@aws-sdk/client-auto-scaling'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { isRecurrence, isTimeZone, timeAfter } from './recurrence'
import { invalid } from './refusals'
import type { ScalingGroup } from './schema/groups'
import type { ScheduledAction } from './schema/policies'
import { checkFields, rules } from './validation'

export type ScheduleInput = ScheduledUpdateGroupActionRequest & {
  /** What StartTime was called before. */
  readonly Time?: Date | undefined
}

/** What a request says of an action, apart from its name and its group. */
export type ScheduleRules = Omit<ScheduledAction, 'account' | 'groupName' | 'name' | 'id'>

const mostPerGroup = 125

const checkSizes = ({ MinSize, MaxSize, DesiredCapacity }: ScheduleInput): void => {
  checkFields([
    ['MinSize', MinSize, rules.count],
    ['MaxSize', MaxSize, rules.count],
    ['DesiredCapacity', DesiredCapacity, rules.count],
  ])
  const lowest = MinSize ?? DesiredCapacity ?? MaxSize
  if (lowest === undefined)
    invalid('At least one of max size, min size, or desired capacity must be specified')
  const { POSITIVE_INFINITY: endless } = Number
  if ((MinSize ?? 0) > (MaxSize ?? endless)) invalid('Min size must be less than or equal to max size')
  if ((DesiredCapacity ?? 0) > (MaxSize ?? endless))
    invalid('Desired capacity must be less than or equal to max size')
  if ((DesiredCapacity ?? endless) < (MinSize ?? 0))
    invalid('Desired capacity must be greater than or equal to min size')
}

const checkRecurrence = (tx: Tx, { Recurrence, TimeZone }: ScheduleInput): void => {
  if (Recurrence && !isRecurrence(Recurrence, tx.now))
    invalid(`Given recurrence string: ${Recurrence} is invalid`)
  if (TimeZone && !isTimeZone(TimeZone))
    invalid(
      'Time zone specified does not conform to standardized time zones found in IANA Time Zone Database',
    )
}

/** When it is done first. */
const firstTime = (tx: Tx, input: ScheduleInput): Date => {
  const { Recurrence, TimeZone, EndTime } = input
  const start = input.StartTime ?? input.Time
  if (start && start < tx.now) invalid('Given start time is in the past')
  if (EndTime && EndTime < tx.now) invalid('Given end time is in the past')
  const first = start ?? (Recurrence ? timeAfter(Recurrence, TimeZone || undefined, tx.now) : undefined)
  if (!first) return invalid('Scheduled start time must be specified for non-recurrent future group action')
  if (EndTime && EndTime <= first) invalid('Given end time must be after start time')
  return first
}

/** Others of the group may not begin at the same time, nor be too many. */
const checkOthers = (tx: Tx, group: ScalingGroup, name: string, startAt: Date | undefined): void => {
  const all = [...tx.scheduledActions.in(group.account).scan({ under: [group.name] })]
  const others = all.filter(action => action.name !== name)
  if (startAt && others.some(({ nextAt }) => nextAt?.getTime() === startAt.getTime()))
    refuse('AlreadyExists', 'Scheduled action with this scheduled start time already exists')
  if (others.length === all.length && all.length >= mostPerGroup)
    refuse(
      'LimitExceeded',
      `You can have at most ${mostPerGroup} scheduled actions per Auto Scaling group`,
      400,
    )
}

/** What a request says of an action of this group. Refused when that cannot be. */
export const checkedSchedule = (tx: Tx, group: ScalingGroup, input: ScheduleInput): ScheduleRules => {
  checkFields([['ScheduledActionName', input.ScheduledActionName, rules.name]])
  checkSizes(input)
  checkRecurrence(tx, input)
  const nextAt = firstTime(tx, input)
  const startAt = input.StartTime ?? input.Time
  checkOthers(tx, group, input.ScheduledActionName ?? '', startAt)
  const { EndTime, Recurrence, TimeZone, MinSize, MaxSize, DesiredCapacity } = input
  return {
    nextAt,
    ...(startAt && { startAt }),
    ...(EndTime && { endAt: EndTime }),
    ...(Recurrence && { recurrence: Recurrence.trim() }),
    ...(TimeZone && { timeZone: TimeZone }),
    ...(MinSize !== undefined && { minSize: MinSize }),
    ...(MaxSize !== undefined && { maxSize: MaxSize }),
    ...(DesiredCapacity !== undefined && { desired: DesiredCapacity }),
  }
}
