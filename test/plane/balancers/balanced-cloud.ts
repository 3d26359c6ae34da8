// SPDX-License-Identifier: BSD-2-Clause
// A cloud whose load balancers listen, with checks that are made, for tests that look at both its records and its ports.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { CreateBucketCommand, GetObjectCommand, ListObjectsCommand } from '@aws-sdk/client-s3'
import type { LoadBalancer } from '../../../src/engine/elb/schema'
import { balancers } from '../../../src/plane/balancers/balancers'
import { checks } from '../../../src/plane/balancers/checks'
import type { Part } from '../../../src/plane/part'
import { haveInstance } from '../../engine/ec2/instance'
import { makeBalancer } from '../../engine/elb/made'
import { type Cloud, cloud } from '../../support/cloud'
import { until } from '../../support/until'
import { ask, endAll, webInstance } from './scene'

export class BalancedCloud {
  readonly cloud: Cloud
  /** What was told aloud. */
  troubles: string[] = []
  #parts: Part[] = []

  constructor(cloud: Cloud) {
    this.cloud = cloud
  }

  start(haproxy?: string): void {
    const { engine, home, bugs } = this.cloud
    const onBug = (error: unknown): void => void bugs.push(error)
    this.troubles = []
    const onTrouble = (text: string): void => void this.troubles.push(text)
    const around = { engine, home, endpoint: '', haproxy, onBug, onTrouble }
    this.#parts = [checks(around), balancers(around)]
  }

  async stop(): Promise<void> {
    for (const part of this.#parts.splice(0)) await part.stop()
  }

  async settle(): Promise<void> {
    for (const part of this.#parts) await part.settle()
  }

  async end(): Promise<void> {
    await this.stop()
    await this.cloud.close()
    await endAll()
  }

  placeOf(name: string) {
    const { accountId, engine } = this.cloud
    return engine.read(tx => tx.balancerPlaces.get(`${accountId}/${name}`))
  }

  #balancer(name: string): LoadBalancer {
    const { accountId, engine } = this.cloud
    return engine.read(tx => tx.loadBalancers.in(accountId).must(name))
  }

  addressOf(name: string): string {
    return this.#balancer(name).address
  }

  /** Where what runs for it keeps its files. */
  folderOf(name: string): string {
    return join(this.cloud.home, 'plane', 'balancers', this.#balancer(name).id)
  }

  /** A balancer `web`, with one instance behind it that is well. */
  async haveWeb(): Promise<string> {
    const c = this.cloud
    const { GroupId = '' } = await c
      .ec2()
      .send(new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }))
    await c.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, IpRanges: [{ CidrIp: '127.0.0.0/8' }] },
        ],
      }),
    )
    const address = await webInstance(8888)
    haveInstance(c, { id: 'i-00000001', privateIp: address, groupIds: [GroupId] })
    await makeBalancer(c, 'web')
    await c.elb().send(
      new ConfigureHealthCheckCommand({
        LoadBalancerName: 'web',
        HealthCheck: {
          ...{ Target: 'HTTP:8888/', Interval: 5, Timeout: 2, HealthyThreshold: 2, UnhealthyThreshold: 2 },
        },
      }),
    )
    await c.elb().send(
      new RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: 'web',
        Instances: [{ InstanceId: 'i-00000001' }],
      }),
    )
    // One that is slow to answer is not waited for by the first look.
    await until(async () => {
      await this.settle()
      const registered = c.engine.read(tx => tx.balancedInstances.get(`${c.accountId}/web`, 'i-00000001'))
      return registered?.health === 'passing'
    })
    return address
  }

  /** Ask the balancer `web`, and wait until its log has it: the answer comes a moment sooner. */
  async askLogged(options: { path: string; headers?: Record<string, string> }): Promise<void> {
    const folder = this.folderOf('web')
    const lines = () =>
      readdirSync(folder)
        .filter(name => name.startsWith('access-'))
        .flatMap(name => readFileSync(join(folder, name), 'utf8').match(/\n/g) ?? []).length
    const before = lines()
    await ask(this.addressOf('web'), options)
    await until(() => lines() > before)
  }

  async haveLogs(): Promise<void> {
    const c = this.cloud
    await c.s3().send(new CreateBucketCommand({ Bucket: 'logs' }))
    const AccessLog = { Enabled: true, S3BucketName: 'logs', S3BucketPrefix: 'a/b', EmitInterval: 5 }
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { AccessLog },
      }),
    )
    await this.settle()
  }

  async logObjects(): Promise<readonly string[]> {
    const { Contents = [] } = await this.cloud.s3().send(new ListObjectsCommand({ Bucket: 'logs' }))
    return Contents.map(({ Key = '' }) => Key)
  }

  async logText(): Promise<string> {
    const texts = (await this.logObjects()).map(async Key => {
      const { Body } = await this.cloud.s3().send(new GetObjectCommand({ Bucket: 'logs', Key }))
      return Body?.transformToString()
    })
    return (await Promise.all(texts)).join('')
  }
}

/** One that has started. */
export const balancedCloud = async (): Promise<BalancedCloud> => {
  // Another cloud has other addresses: nobody else who runs tests here has this one's.
  const balanced = new BalancedCloud(await cloud({ seed: `balancers of ${process.pid}` }))
  balanced.start()
  return balanced
}
