// SPDX-License-Identifier: BSD-2-Clause
// The schemas live where the engine may import them too; this is their old address.
export {
  DescribeEucalyptusInstanceTypes$,
  type DescribeEucalyptusInstanceTypesInput,
  type DescribeEucalyptusInstanceTypesOutput,
  DescribeServiceCertificates$,
  type DescribeServiceCertificatesInput,
  type DescribeServiceCertificatesOutput,
  type EucalyptusInstanceType,
  type ServiceCertificate,
  type ZoneCapacity,
} from '../schemas/extensions'
