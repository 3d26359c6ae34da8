// SPDX-License-Identifier: BSD-2-Clause
// Arguments that several tools of Auto Scaling have, by the keys that commands know them by.
import { list } from '../argument-types'
import { append, flag, lastOf, option, positional } from '../options'
import { groupTag } from './argument-types'

/** The group that a tool is about. */
export const theGroup = (toDo: string) => ({
  group: positional('ASGROUP', { help: `name of the group ${toDo} (required)` }),
})

/** The group that what a tool is about belongs to. */
export const ofGroup = {
  group: option('-g --auto-scaling-group', {
    metavar: 'ASGROUP',
    required: true,
    help: 'group it belongs to (required)',
  }),
}

/** The same, where it may be left out. */
export const perhapsOfGroup = {
  group: option('-g --auto-scaling-group', { metavar: 'ASGROUP', help: 'group it belongs to' }),
}

export const showLong = { showLong: flag('--show-long', { help: 'show all that is known' }) }

/** Accepted for the sake of scripts: the tools never ask. */
export const ignoredForce = { force: flag('-f --force', { hidden: true }) }

const tagForm = '"k=VALUE, id=VALUE, t=VALUE, v=VALUE, p={true,false}"'

/** Tags that must be there. */
export const theTags = (toDo: string) => ({
  tag: append('--tag', {
    metavar: tagForm,
    type: groupTag,
    required: true,
    help: `${toDo}: "k" is its key, "id" the group, "t" the type "auto-scaling-group", "v" its value, and "p" whether instances are tagged with it at launch. May be used more than once (required)`,
  }),
})

export const launchTags = {
  tag: append('--tag', {
    metavar: tagForm,
    type: groupTag,
    help: 'a tag: "k" is its key, "v" its value, and "p" whether instances are tagged with it at launch. May be used more than once',
  }),
}

export const processes = (what: string) => ({
  processes: option('--processes', {
    metavar: 'PROCESS1,PROCESS2,...',
    type: list,
    help: `processes to ${what} (default: all)`,
  }),
})

/** Options of groups that are the same when one is made and when it is changed. */
export const groupOptions = {
  defaultCooldown: option('--default-cooldown', {
    metavar: 'SECONDS',
    type: 'int',
    help: 'how long no policy scales the group after another has',
  }),
  desiredCapacity: option('--desired-capacity', {
    metavar: 'COUNT',
    type: 'int',
    help: 'number of running instances that the group should have',
  }),
  gracePeriod: option('--grace-period', {
    metavar: 'SECONDS',
    type: 'int',
    help: 'how long a new instance may be unhealthy',
  }),
  healthCheckType: option('--health-check-type', {
    choices: ['EC2', 'ELB'],
    help: 'who tells whether instances are healthy: EC2 alone, or load balancers, too',
  }),
  placementGroup: option('--placement-group', {
    metavar: 'PLACEMENTGROUP',
    help: 'placement group to launch into',
  }),
  terminationPolicies: option('--termination-policies', {
    metavar: 'POLICY1,POLICY2,...',
    type: list,
    help: 'in which order instances are chosen for termination',
  }),
  vpcZoneIdentifier: option('--vpc-zone-identifier', {
    metavar: 'ZONE1,ZONE2,...',
    help: '[VPC only] subnets to launch into',
  }),
  availabilityZones: option('-z --availability-zones', {
    metavar: 'ZONE1,ZONE2,...',
    type: list,
    help: 'availability zones to launch into',
  }),
}

/** Whether what changes the size heeds the group's cooldown. */
export const cooldown = {
  honorCooldown: lastOf({
    true: { flags: '-h --honor-cooldown', help: 'refuse while the group is in cooldown' },
    false: { flags: '-H --no-honor-cooldown', help: 'do it even in cooldown (default)' },
  }),
}

/** What was chosen as the services take it; absent when nothing was. */
export const truth = (word: 'true' | 'false' | undefined): boolean | undefined =>
  word === undefined ? undefined : word === 'true'

export const metrics = {
  metrics: option('-m --metrics', {
    metavar: 'METRIC1,METRIC2,...',
    type: list,
    help: 'metrics of the group (default: all)',
  }),
}
