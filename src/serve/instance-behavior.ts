// SPDX-License-Identifier: BSD-2-Clause
// What the instances of the folder's cloud are said to do, which their metrics go by, and what answers in their place.

import type { Clock } from '../engine/clock'
import { declaredValues, idleCpu, isDeclarable, type Values } from '../engine/cloudwatch/instance-metrics'
import { countersOf } from '../engine/cloudwatch/process-counters'
import type { Forward, InstanceBehavior } from '../engine/cloudwatch/schema/metrics'
import { Engine } from '../engine/engine'
import type { Tx } from '../engine/operation'
import { isRunning, type ProcessName, processOf } from '../engine/processes'
import { servers } from './claim'
import { isCloudFolder } from './status'

/** There is no such instance, or it cannot be said to do that. */
export class BehaviorError extends Error {
  override readonly name = 'BehaviorError'
}

const wrong = (message: string): never => {
  throw new BehaviorError(message)
}

const missing = (id: string): never => wrong(`The instance ID '${id}' does not exist`)

/** A port of the instance, and the program that is to answer there; without one, none any more. */
export interface ForwardChange {
  readonly port: number
  readonly to?: { readonly host: string; readonly hostPort: number }
}

/** What is to be so from now on; all else stays as it was said earlier, unless that is forgotten first. */
export interface BehaviorChange {
  /** Percent. */
  readonly cpu?: number | undefined
  /** Values of metrics by name. */
  readonly metrics: Readonly<Record<string, number>>
  /** Number of the process that stands behind the instance. */
  readonly pid?: number | undefined
  readonly forwards?: readonly ForwardChange[]
  readonly reset: boolean
}

/** What is in force. */
export interface BehaviorInForce {
  readonly instance: string
  readonly monitoring: boolean
  readonly metrics: Readonly<Record<string, number>>
  readonly process?: number
  /** The process is there no more, so that nothing is measured. */
  readonly ended?: true
  readonly forwards?: readonly Forward[]
  /** There are forwards, and nobody serves the folder, so that nothing is answered. */
  readonly unserved?: true
}

const processNamed = (pid: number): ProcessName => {
  const name = processOf(pid) ?? wrong(`There is no process ${pid}`)
  return countersOf(name) ? name : wrong(`What process ${pid} uses cannot be read`)
}

const checked = ({ metrics, pid }: BehaviorChange): Pick<InstanceBehavior, 'process'> => {
  for (const [name, value] of Object.entries(metrics)) {
    if (!isDeclarable(name)) wrong(`${name} is no metric that can be declared of an instance or its volumes`)
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) wrong(`${name} cannot be ${value}`)
    if (name === 'CPUUtilization' && value > 100) wrong(`${name} cannot be more than 100`)
  }
  return pid === undefined ? {} : { process: processNamed(pid) }
}

// More than anybody has programs to put there.
const mostForwards = 64

const forwardsAfter = (
  before: readonly Forward[],
  changes: readonly ForwardChange[] = [],
): readonly Forward[] => {
  const byPort = new Map(before.map(forward => [forward.port, forward]))
  for (const { port, to } of changes) {
    if (to) byPort.set(port, { port, ...to })
    else byPort.delete(port)
  }
  if (byPort.size > mostForwards) wrong(`No more than ${mostForwards} ports can be forwarded`)
  return [...byPort.values()].sort((a, b) => a.port - b.port)
}

const change = (tx: Tx, id: string, wanted: BehaviorChange): InstanceBehavior | undefined => {
  const process = checked(wanted)
  const before = wanted.reset ? undefined : tx.instanceBehaviors.get(id)
  const { CPUUtilization: cpu = wanted.cpu ?? before?.cpu, ...more } = wanted.metrics
  const metrics = { ...before?.metrics, ...more }
  const forwards = forwardsAfter(before?.forwards ?? [], wanted.forwards)
  const behavior = {
    ...(before?.process && { process: before.process }),
    ...process,
    ...(cpu !== undefined && { cpu }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
    ...(forwards.length > 0 && { forwards }),
  }
  if (Object.keys(behavior).length > 0)
    return tx.instanceBehaviors.put({ instanceId: id, since: tx.now, ...behavior })
  if (before || wanted.reset) tx.instanceBehaviors.delete(id)
  return undefined
}

/**
 * Say what an instance does from now on, and tell what is in force then. What was to be written down of it until now is
 * written down before. Throws BehaviorError.
 */
export const behave = async (
  home: string,
  name: string,
  wanted: BehaviorChange,
  clock: Clock,
): Promise<BehaviorInForce> => {
  if (!isCloudFolder(home)) return missing(name)
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    const isServed = servers(home).length > 0
    return engine.write(tx => {
      const { id, state, monitoring } = tx.instances.get(name.toLowerCase()) ?? missing(name)
      if (state === 'shutting-down' || state === 'terminated') wrong(`The instance '${id}' is ${state}`)
      const behavior = change(tx, id, wanted)
      const idle: Values = behavior?.process ? {} : { CPUUtilization: idleCpu }
      return {
        instance: id,
        monitoring,
        metrics: { ...idle, ...(behavior && declaredValues(behavior)) },
        ...(behavior?.process && { process: behavior.process.pid }),
        ...(behavior?.process && !isRunning(behavior.process) && { ended: true as const }),
        ...(behavior?.forwards && { forwards: behavior.forwards }),
        ...(behavior?.forwards && !isServed && { unserved: true as const }),
      }
    })
  } finally {
    await engine.close()
  }
}
