// SPDX-License-Identifier: BSD-2-Clause
// Arguments that several tools of load balancers have, by the keys that commands know them by.
import { list } from '../argument-types'
import { append, flag, option, positional } from '../options'
import { instances, listener } from './argument-types'

/** The load balancer that a tool is about. */
export const theBalancer = (toDo: string) => ({
  balancer: positional('ELB', { help: `name of the load balancer ${toDo} (required)` }),
})

export const changed = theBalancer('to modify')
export const described = theBalancer('to describe')

export const showLong = { showLong: flag('--show-long', { help: 'show all that is known' }) }

/** Accepted for the sake of scripts: the tools never ask. */
export const ignoredForce = { force: flag('--force', { hidden: true }) }

export const listeners = {
  listener: append('-l --listener', {
    metavar:
      '"lb-port=PORT, protocol={HTTP,HTTPS,SSL,TCP}, instance-port=PORT, instance-protocol={HTTP,HTTPS,SSL,TCP}, cert-id=ARN"',
    type: listener,
    required: true,
    help:
      'port and protocol at which the load balancer answers, and those of the instances behind it. "cert-id" is the ARN ' +
      'of the server certificate for HTTPS and SSL. May be used more than once (required)',
  }),
}

/** The listener that a tool is about. */
export const listenerPort = (toDo: string) => ({
  lbPort: option('-l --lb-port', {
    metavar: 'PORT',
    type: 'int',
    required: true,
    help: `port of the listener ${toDo} (required)`,
  }),
})

export const subnets = (toDo: string) => ({
  subnets: option('-s --subnets', {
    metavar: 'SUBNET1,SUBNET2,...',
    type: list,
    required: true,
    help: `[VPC only] IDs of the subnets to ${toDo} (required)`,
  }),
})

export const zones = (toDo: string) => ({
  zones: option('-z --availability-zones', {
    metavar: 'ZONE1,ZONE2,...',
    type: list,
    required: true,
    help: `availability zones to ${toDo} (required)`,
  }),
})

export const theInstances = (toDo: string) => ({
  instances: option('--instances', {
    metavar: 'INSTANCE1,INSTANCE2,...',
    type: instances,
    required: true,
    help: `IDs of the instances to ${toDo} (required)`,
  }),
})

export const thePolicy = (
  toDo: string,
  flags: '-p --policy-name' | '-n --policy-name' = '-p --policy-name',
) => ({
  policy: option(flags, {
    metavar: 'POLICY',
    required: true,
    help: `name of the policy ${toDo} (required)`,
  }),
})

/** Policies that hold from now on; an empty list ends all of them. */
export const setPolicies = {
  policies: option('-p --policy-names', {
    metavar: 'POLICY1,POLICY2,...',
    type: list,
    required: true,
    help: 'names of the policies that hold from now on, instead of those that held; "" for none (required)',
  }),
}

/** A list that is sent even when it is empty, which means none, and not: unchanged. */
export const sentEvenEmpty = (name: string, values: readonly string[]) =>
  values.length > 0 ? {} : { parameters: [[name, ''] as const] }
