// SPDX-License-Identifier: BSD-2-Clause
// What a template may say of a load balancer.
import {
  boolean,
  inPlace,
  integer,
  listOf,
  objectOf,
  required,
  tags,
  text,
  texts,
  type ValuesOf,
} from './kinds'

const listener = objectOf({
  InstancePort: required(integer),
  InstanceProtocol: text,
  LoadBalancerPort: required(integer),
  PolicyNames: texts,
  Protocol: required(text),
  SSLCertificateId: text,
})

const policy = objectOf({
  Attributes: listOf(objectOf({ Name: required(text), Value: text })),
  InstancePorts: listOf(integer),
  LoadBalancerPorts: listOf(integer),
  PolicyName: required(text),
  PolicyType: required(text),
})

export const balancerProperties = {
  AccessLoggingPolicy: inPlace(
    objectOf({
      EmitInterval: integer,
      Enabled: required(boolean),
      S3BucketName: text,
      S3BucketPrefix: text,
    }),
  ),
  AppCookieStickinessPolicy: inPlace(
    listOf(objectOf({ CookieName: required(text), PolicyName: required(text) })),
  ),
  AvailabilityZones: inPlace(texts),
  ConnectionDrainingPolicy: inPlace(objectOf({ Enabled: required(boolean), Timeout: integer })),
  ConnectionSettings: inPlace(objectOf({ IdleTimeout: required(integer) })),
  CrossZone: inPlace(boolean),
  HealthCheck: inPlace(
    objectOf({
      HealthyThreshold: required(integer),
      Interval: required(integer),
      Target: required(text),
      Timeout: required(integer),
      UnhealthyThreshold: required(integer),
    }),
  ),
  Instances: inPlace(texts),
  LBCookieStickinessPolicy: inPlace(
    listOf(objectOf({ CookieExpirationPeriod: integer, PolicyName: required(text) })),
  ),
  Listeners: required(inPlace(listOf(listener))),
  LoadBalancerName: text,
  Policies: inPlace(listOf(policy)),
  Scheme: text,
  SecurityGroups: inPlace(texts),
  Subnets: inPlace(texts),
  Tags: inPlace(tags),
} as const

export type BalancerValues = ValuesOf<typeof balancerProperties>
