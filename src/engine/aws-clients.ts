// SPDX-License-Identifier: BSD-2-Clause
// Clients that know AWS alone.
//
// Where somebody asks about one thing by its name and it is not there, Eucalyptus answers some calls with an empty list, and
// its tools count on that. AWS refuses them, and its load balancers do so with other codes. The waiters of its SDKs and Ansible's modules wait for that refusal: an empty list
// lets them wait until they give up, or fail with an error of their own. They say who they are, so both can have what they know.
import type { Tx } from './operation'

// boto 2 (`Boto/2.49.0`) knows Eucalyptus.
const names = /(^|\s)(aws-cli|aws-sdk-[a-z\d-]+|boto3|botocore)\//i

/** Whether an SDK of AWS asks, of those that were made after Eucalyptus. */
export const isAwsClient = ({ request }: Pick<Tx, 'request'>): boolean => names.test(request.userAgent ?? '')
