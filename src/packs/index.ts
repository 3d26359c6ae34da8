// SPDX-License-Identifier: BSD-2-Clause
// Image packs: an image with what is needed to install it, in one file.
export { PackError, type PackErrorCode } from './errors'
export { type ImageMetadata, type Profile, packName, parseImageMetadata } from './metadata'
export { type PackOptions, packImage } from './pack-image'
export { type PackInstall, type PackInstallChoice, planPackInstall } from './plan-install'
export { extractImage, type Pack, readPack } from './read-pack'
