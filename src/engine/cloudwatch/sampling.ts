// SPDX-License-Identifier: BSD-2-Clause
// The cloud's own metrics of instances and volumes: a value of each, every five minutes at full five minutes.
//
// Nobody may have had the folder open when a sample was due. What was missed is made up for from what is declared of the
// instance, for a day at most, and less where that would be very many; of a process one value is told for all the time
// since the sample before. A sample and how far its instance is sampled are written in one transaction, so that it does not
// matter how many processes are at it.
import { isImpaired } from '../ec2/impairment'
import type { Instance } from '../ec2/schema/instances'
import type { ChoreContext, Tx } from '../operation'
import { whileLeft } from '../portions'
import {
  instanceUnits,
  measuredValues,
  simulatedValues,
  type Values,
  volumeUnits,
  volumeValues,
} from './instance-metrics'
import { type MetricPoint, putPoints } from './metric-data'
import { planSampling, sampleSeconds, sampleTime, watchInstance } from './monitored'
import { countersOf } from './process-counters'
import type { Dimension, InstanceSample } from './schema/metrics'

const sampleMs = sampleSeconds * 1000
const catchUpMs = 24 * 3600 * 1000
/** Of all instances together. */
const mostMissed = 5000
const instancesAtOnce = 20
const samplesAtOnce = 12

/** Points of one transaction. What instances have in common is added up before it is written. */
class Points {
  readonly #found = new Map<string, MetricPoint & { readonly account: string }>()

  add(account: string, point: MetricPoint): void {
    const [one] = point.dimensions
    const key = `${account} ${point.at.getTime()} ${point.namespace} ${point.name} ${one?.name} ${one?.value}`
    const known = this.#found.get(key)
    this.#found.set(key, {
      account,
      ...point,
      count: (known?.count ?? 0) + point.count,
      sum: (known?.sum ?? 0) + point.sum,
      minimum: Math.min(known?.minimum ?? point.minimum, point.minimum),
      maximum: Math.max(known?.maximum ?? point.maximum, point.maximum),
    })
  }

  write(tx: Tx): void {
    const byAccount = new Map<string, MetricPoint[]>()
    for (const { account, ...point } of this.#found.values()) {
      const points = byAccount.get(account) ?? []
      points.push(point)
      byAccount.set(account, points)
    }
    for (const [account, points] of byAccount) putPoints(tx, account, points)
  }
}

/** What an instance is measured as: itself, its kind, its group, and all of its owner's. */
const dimensionSets = ({
  id,
  imageId,
  instanceType,
  scalingGroup,
}: Instance): readonly (readonly Dimension[])[] => [
  [],
  [{ name: 'InstanceId', value: id }],
  [{ name: 'ImageId', value: imageId }],
  [{ name: 'InstanceType', value: instanceType }],
  ...(scalingGroup === undefined
    ? []
    : [[{ name: 'AutoScalingGroupName', value: scalingGroup.slice(scalingGroup.indexOf('/') + 1) }]]),
]

interface Sample {
  readonly namespace: string
  readonly units: Readonly<Record<string, string>>
  readonly dimensions: readonly (readonly Dimension[])[]
  readonly values: Values
}

const addSample = (points: Points, account: string, at: Date, sample: Sample): void => {
  for (const [name, value] of Object.entries(sample.values))
    for (const dimensions of sample.dimensions)
      points.add(account, {
        ...{ namespace: sample.namespace, name, dimensions, at, unit: sample.units[name] ?? 'None' },
        ...{ count: 1, sum: value, minimum: value, maximum: value },
      })
}

const instanceSample = (instance: Instance, values: Values): Sample => ({
  namespace: 'AWS/EC2',
  units: instanceUnits,
  dimensions: dimensionSets(instance),
  values,
})

const volumeSamples = (tx: Tx, instance: Instance): readonly Sample[] => {
  const values = volumeValues(tx.instanceBehaviors.get(instance.id), sampleSeconds)
  return tx.volumes
    .list()
    .filter(({ attachment }) => attachment?.instanceId === instance.id && attachment.state === 'attached')
    .map(({ id }) => ({
      namespace: 'AWS/EBS',
      units: volumeUnits,
      dimensions: [[{ name: 'VolumeId', value: id }]],
      values,
    }))
}

/** The moments after one, up to now, in which samples are due. */
const timesAfter = (tx: Tx, after: number, missedMs: number): readonly number[] => {
  const last = sampleTime(tx.now.getTime())
  const times: number[] = []
  for (let at = sampleTime(Math.max(after, last - missedMs)) + sampleMs; at <= last; at += sampleMs)
    times.push(at)
  return times
}

/** Sample an instance that is simulated, for some of the time that is missed. Whether some is left. */
const sampleSimulated = (
  tx: Tx,
  points: Points,
  instance: Instance,
  mark: InstanceSample,
  missedMs: number,
) => {
  const times = timesAfter(tx, mark.at, missedMs)
  const now = times.slice(0, samplesAtOnce)
  const end = now.at(-1)
  if (end === undefined) return false
  const behavior = tx.instanceBehaviors.get(instance.id)
  const samples = [
    instanceSample(instance, simulatedValues(behavior, isImpaired(instance))),
    ...volumeSamples(tx, instance),
  ]
  for (const at of now)
    for (const sample of samples) addSample(points, instance.account, new Date(at), sample)
  tx.instanceSamples.put({ instanceId: mark.instanceId, at: end })
  return now.length < times.length
}

/** Sample an instance that a process stands behind: the first time it is only looked at, and it may be gone. */
const sampleProcess = (tx: Tx, points: Points, instance: Instance, mark: InstanceSample): void => {
  const at = sampleTime(tx.now.getTime())
  const behavior = tx.instanceBehaviors.get(instance.id)
  if (!behavior?.process || at <= mark.at) return
  const counters = countersOf(behavior.process)
  if (counters && mark.counters) {
    const values = measuredValues(behavior, mark.counters, counters, (tx.now.getTime() - mark.at) / 1000)
    for (const sample of [instanceSample(instance, values), ...volumeSamples(tx, instance)])
      addSample(points, instance.account, new Date(at), sample)
  }
  tx.instanceSamples.put({ instanceId: mark.instanceId, at: tx.now.getTime(), ...(counters && { counters }) })
}

const sampleSome = (tx: Tx, ids: readonly string[], missedMs: number): boolean => {
  const points = new Points()
  let isMoreLeft = false
  for (const id of ids) {
    const mark = tx.instanceSamples.get(id)
    const instance = tx.instances.get(id)
    if (!mark) continue
    // The clock was turned back: nothing was measured of the time that comes again.
    if (mark.at > tx.now.getTime()) tx.instanceSamples.put({ instanceId: id, at: tx.now.getTime() })
    else if (instance?.state !== 'running' || !instance.monitoring) tx.instanceSamples.delete(id)
    else if (tx.instanceBehaviors.get(id)?.process) sampleProcess(tx, points, instance, mark)
    else if (sampleSimulated(tx, points, instance, mark, missedMs)) isMoreLeft = true
  }
  points.write(tx)
  return isMoreLeft
}

/** Chore: write down the metrics of instances that are monitored, and of their volumes, up to now. */
export const sampleInstances = async (context: ChoreContext, _target: string): Promise<void> => {
  const { transact } = context
  const ids = await transact(tx => {
    // Earlier releases measured nothing, and left no marks.
    for (const instance of tx.instances.list()) if (instance.monitoring) watchInstance(tx, instance)
    return tx.instanceSamples.list().map(({ instanceId }) => instanceId)
  })
  const missedMs = Math.min(
    catchUpMs,
    Math.max(1, Math.floor(mostMissed / Math.max(1, ids.length))) * sampleMs,
  )
  for (let from = 0; from < ids.length; from += instancesAtOnce) {
    const some = ids.slice(from, from + instancesAtOnce)
    await whileLeft(context, tx => sampleSome(tx, some, missedMs))
  }
  await transact(tx => {
    if (tx.instanceSamples.first()) planSampling(tx)
  })
}
