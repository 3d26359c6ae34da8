// SPDX-License-Identifier: BSD-2-Clause
// The image store: read its catalog, bring its tarballs, unpack and install them.
export { builtInCatalog } from './address'
export {
  type Catalog,
  type CatalogImage,
  type CatalogOptions,
  findImage,
  readCatalog,
  tarballName,
} from './catalog'
export type { Hypervisor } from './choose'
export { CatalogError, type CatalogErrorCode } from './errors'
export { type FetchOptions, fetchImage, imageNumber } from './fetch-image'
export type { HttpOptions } from './http'
export {
  type BundleSpec,
  type ImageRole,
  type InstallEvent,
  type Installed,
  type InstallOptions,
  type InstallRequest,
  type InstallServices,
  imageName,
  installImage,
  installLine,
  type Registration,
} from './install'
export type { CatalogDocument, CatalogEntry } from './schema'
export { defaultLimits, type TarballLimits } from './tarball'
export { type Unpacked, unpackTarball } from './unpack'
