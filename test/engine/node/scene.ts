// SPDX-License-Identifier: BSD-2-Clause
// A cloud with a paravirtual image, and what tests of its nodes do and look at.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeInstancesCommand, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTrio } from '../../support/tiny-image'

export const disk = ext4Disk('original')

export const scene = async () => {
  const c: Cloud = await cloud()
  const images = await registerTrio(c, disk)

  const run = async (input: object = {}): Promise<string[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    const { Instances = [] } = await c.ec2().send(new RunInstancesCommand(sent))
    return Instances.map(instance => instance.InstanceId ?? '')
  }
  const one = async (input: object = {}): Promise<string> => (await run(input))[0] ?? ''
  const terminate = (...InstanceIds: string[]) => c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
  const instance = async (id: string) => {
    const answer = await c.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return answer.Reservations?.[0]?.Instances?.[0]
  }
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
  const node = (zone = 'PARTI00') => join(c.home, 'nodes', zone)
  const work = (id: string, zone?: string) => join(node(zone), 'work', c.accountId, id)
  const entries = (zone?: string) => {
    const folder = join(node(zone), 'cache', 'entries')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }
  const entryOf = (image: string) => entries().find(name => name.startsWith(image)) ?? ''
  const base = (image: string) => join(node(), 'cache', 'entries', entryOf(image), 'base')
  const fetches = () => log().match(/Fetching emi-/g)?.length ?? 0
  const edit = (file: string, bytes: Buffer) => {
    chmodSync(file, 0o600)
    writeFileSync(file, bytes)
  }

  return { c, images, run, one, terminate, instance, log, node, work, entries, entryOf, base, fetches, edit }
}

export type Scene = Awaited<ReturnType<typeof scene>>
