// SPDX-License-Identifier: BSD-2-Clause
// Suspending the processes of a group, and resuming them.
import { ResumeProcesses$, type ScalingProcessQuery, SuspendProcesses$ } from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation } from '../operation'
import { mustGroup } from './arns'
import { isSuspended, putGroup, wake } from './groups'
import { onGroup } from './permissions'
import { type ProcessName, processNames } from './schema/groups'
import { checkFields, fieldsOf, rules } from './validation'

/** All, when none is named. */
const processesOf = ({
  AutoScalingGroupName,
  ScalingProcesses = [],
}: ScalingProcessQuery): readonly ProcessName[] => {
  checkFields([
    ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
    ...fieldsOf('ScalingProcesses', ScalingProcesses, rules.process),
  ])
  return ScalingProcesses.length > 0 ? (ScalingProcesses as ProcessName[]) : processNames
}

const suspendProcesses: Operation<ScalingProcessQuery, {}> = (tx, input) => {
  const processes = processesOf(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const added = [...new Set(processes)]
    .filter(process => !isSuspended(group, process))
    .map(process => ({ process, reason: 'Manual suspension' as const, at: tx.now }))
  if (added.length > 0) putGroup(tx, { ...group, suspensions: [...group.suspensions, ...added] })
  return {}
}

/** What the cloud has suspended is for the cloud to resume. */
const resumeProcesses: Operation<ScalingProcessQuery, {}> = (tx, input) => {
  const processes = processesOf(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const suspensions = group.suspensions.filter(
    ({ process, reason }) => reason !== 'Manual suspension' || !processes.includes(process),
  )
  if (suspensions.length === group.suspensions.length) return {}
  putGroup(tx, { ...group, suspensions })
  wake(tx, group, 0)
  return {}
}

export const processOperations: Readonly<Record<string, OperationEntry>> = {
  SuspendProcesses: operation(SuspendProcesses$, suspendProcesses, {
    access: onGroup('AutoScalingGroupName'),
  }),
  ResumeProcesses: operation(ResumeProcesses$, resumeProcesses, { access: onGroup('AutoScalingGroupName') }),
}
