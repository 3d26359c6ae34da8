// SPDX-License-Identifier: BSD-2-Clause
// The cloud's properties as far as images and instances have any, under Eucalyptus' names, with its defaults
// (engine-images §3 and §6, engine-ebs §1).

/** `cloud.images.*` */
export const imageProperties = {
  defaultVisibility: false,
  /** `cleanup_period`: how long a deregistered image that nothing uses stays on record. */
  cleanupSeconds: 600,
  maxImageSizeGib: 30,
  maxManifestBytes: 5_242_880,
} as const

/** `walrus.*` and the constants of Walrus' image manager. */
export const imageCacheProperties = {
  /** `walrus.storagemaxcachesizeinmb`: 30 GiB. */
  capacityBytes: 30 * 2 ** 30,
  /** Room is looked for once and then again after each of these. */
  evictionRetrySeconds: [1, 2, 4],
} as const

/** `cloud.vmstate.*` */
export const instanceProperties = {
  /** `pending_time`: an instance that is still pending after this is given up. */
  pendingSeconds: 60 * 60,
  /** `stopping_time`: an instance that is still stopping after this counts as stopped. */
  stoppingSeconds: 10 * 60,
  /** `ebs_volume_creation_timeout`: how long an instance waits for the volumes that are made for it. */
  volumeCreationSeconds: 30 * 60,
  /** Of the node controller: how long an image is waited for that is made of an instance (engine-images §8). */
  createImageSeconds: 7200,
  /** `terminated_time`: how long a terminated instance is listed. */
  terminatedSeconds: 60 * 60,
  /** `volatile_state_interval_sec`: how often nodes are asked while states change, hence how soon a change is seen. */
  reportSeconds: 3,
  /** `user_data_max_size_kb` */
  userDataBytes: 16 * 1024,
  /** `mac_prefix` */
  macPrefix: 'd0:0d',
} as const

/** Most instances that one RunInstances call may ask for: AWS documents no number, a limit there must be. */
export const maximumInstancesPerRun = 1000

/** `<zone>.storage.*`, `storage.*` and what the storage controller has as constants (engine-ebs §6). */
export const volumeProperties = {
  /** `maxvolumesizeingb` */
  maxVolumeGib: 100,
  /** `maxtotalvolumesizeingb`, a zone. */
  maxTotalGib: 500,
  /** `global_total_snapshot_size_limit_gb` */
  maxSnapshotsGib: 50,
  /** How long a deleted volume is listed: Eucalyptus shows it once more, which two who ask cannot share. */
  deletedSeconds: 60,
} as const

/** What BundleInstance allows, and how long the record of an ended task is listed, which Eucalyptus leaves open. */
export const bundleTaskProperties = {
  policyCharacters: 4096,
  listedSeconds: 24 * 60 * 60,
} as const

/** `cloud.imaging.*`, and what the imaging service has as constants (engine-autoscaling §6). */
export const conversionProperties = {
  /** `import_task_expiration_hours` */
  expirySeconds: 168 * 60 * 60,
  /** `import_task_timeout_minutes` */
  timeoutSeconds: 180 * 60,
  /** A worker that has said nothing for so long has the task no more. */
  silenceSeconds: 10 * 60,
  /** How long a task is being cancelled. */
  cancelSeconds: 2 * 60,
  /** How long an ended one is listed. */
  listedSeconds: 24 * 60 * 60,
  /** How often an upload is looked for, at first and in the end: ever less often, a twentieth of its age. */
  uploadSeconds: { least: 5, most: 300 },
  /** How often volumes and snapshots in the making are looked at. */
  reportSeconds: 3,
  /** Disks of one instance; Eucalyptus sets no limit, and a machine has no more letters that mean anything. */
  disks: 16,
  /** Signed addresses have some hundreds. */
  urlCharacters: 4096,
} as const
