// SPDX-License-Identifier: BSD-2-Clause
export type { Call, CallOptions } from './call'
export { ClientError, type ClientErrorReason, ServiceError } from './errors'
export type {
  BootstrapClient,
  Clients,
  Ec2Client,
  IamClient,
  S3Client,
  StsClient,
} from './operations'
