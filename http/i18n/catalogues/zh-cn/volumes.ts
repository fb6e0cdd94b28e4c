import type { VolumesMessage } from '../../messages/volumes.ts';

/** Messages about volumes in Simplified Chinese. */
export const volumes: Readonly<Record<VolumesMessage, string>> = {
  'Volume {volumeId} could not be found.': '找不到卷 {volumeId}。',
  'Snapshot {snapshotId} could not be found.': '找不到快照 {snapshotId}。',
  'Volume attachment could not be found with filter: attachment_id = {attachmentId}.':
    '找不到符合过滤条件 attachment_id = {attachmentId} 的卷连接。',
  'Invalid volume: {reason}': '无效的卷：{reason}',
  'Invalid snapshot: {reason}': '无效的快照：{reason}',
  'Requested volume or snapshot exceeds allowed gigabytes quota. Requested {requested}G, quota is {allowed}G and {used}G has been consumed.':
    '请求的卷或快照超出了容量配额。请求 {requested}G，配额 {allowed}G，已用 {used}G。',
  "Maximum number of {resource} allowed ({allowed}) exceeded for quota '{name}'.":
    "超出了配额 '{name}' 允许的 {resource} 最大数量 ({allowed})。",
  'The volume service is busy.': '卷服务繁忙。',
  'The volume service did not answer in time.': '卷服务未及时响应。',
  'The volume service is not running.': '卷服务未运行。',
  'The volume service cannot store its data now.': '卷服务目前无法保存数据。',
  'The volume service failed on this request.': '卷服务处理此请求时失败。',
  'Malformed request url': '请求的 URL 格式错误',
  'Invalid input for field/attribute {field}. {reason}': '字段 {field} 的输入无效。{reason}',
  'limit param must be an integer': 'limit 参数必须是整数',
  'offset param must be an integer': 'offset 参数必须是整数',
  'Invalid sort key or direction': '排序键或方向无效',
  'A volume is made of one of snapshot_id, source_volid and imageRef.':
    '卷只能由 snapshot_id、source_volid 和 imageRef 之一创建。',
  'The size of the volume is missing.': '缺少卷的大小。',
  "Invalid input received: Volume size '{size}'GB cannot be smaller than {source} size {least}GB.":
    "收到无效输入：卷大小 '{size}'GB 不能小于 {source} 的大小 {least}GB。",
  'Originating snapshot status must be one of available values': '源快照必须处于可用状态',
  'Source volume must be available: a guest may be writing to it.': '源卷必须可用：可能有客户机正在写入。',
  'Invalid image identifier or unable to access requested image.': '镜像标识无效，或无法访问请求的镜像。',
  'Image {imageId} is unacceptable: it is no disk.': '镜像 {imageId} 不可用：它不是磁盘。',
  'Size of specified image {least}GB is larger than volume size {size}GB.':
    '指定镜像的大小 {least}GB 大于卷的大小 {size}GB。',
  'Volume type {typeId} could not be found.': '找不到卷类型 {typeId}。',
  "Availability zone '{zone}' is invalid.": "可用区 '{zone}' 无效。",
  'Groups and backups are not supported.': '不支持组和备份。',
  'The image service does not take the image.': '镜像服务不接受该镜像。',
  'There is no such key among the metadata.': '元数据中没有这个键。',
  "Invalid input received: force=False is invalid: since 3.66 a volume's state does not matter.":
    '收到无效输入：force=False 无效：自 3.66 起，卷的状态不再重要。',
  'volume {volumeId} cannot be snapshotted by its host': '卷 {volumeId} 无法由其主机创建快照',
  'The delete_info parameter does not name a volume.': 'delete_info 参数没有指定卷。',
  'volume {volumeId} already attached': '卷 {volumeId} 已连接',
  'The maximum allowed number of disk devices ({maximum}) to attach to a single instance has been exceeded.':
    '超出了单个实例允许连接的磁盘设备最大数量 ({maximum})。',
  'The supplied device path ({path}) is in use.': '提供的设备路径 ({path}) 正在使用中。',
  'Instance {instanceId} is not attached to volume {volumeId}': '实例 {instanceId} 未连接到卷 {volumeId}',
  'Cannot detach a root device volume': '无法分离根设备卷',
  'Invalid volume status: {status}': '无效的卷状态：{status}',
  "volume '{volumeId}' status must be 'available'. Currently in '{status}'":
    "卷 '{volumeId}' 的状态必须为 'available'，当前为 '{status}'",
  'volume {volumeId} is not migrating; this API should only be called by Cinder':
    '卷 {volumeId} 未在迁移；此 API 只应由 Cinder 调用',
  'The {property} property is not mutable': '属性 {property} 不可更改',
  'a name, a description or the metadata is too long': '名称、描述或元数据过长',
  'Using different block_device_mapping syntaxes is not allowed in the same request.':
    '同一请求中不允许使用不同的 block_device_mapping 语法。',
  'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.':
    '块设备映射无效：实例与镜像或块设备组合的启动顺序无效。',
  'Invalid source_type field.': 'source_type 字段无效。',
  'Invalid device UUID.': '设备 UUID 无效。',
  'Missing device UUID.': '缺少设备 UUID。',
  'Specifying a volume_type with destination_type=local is not supported.':
    '不支持在 destination_type=local 时指定 volume_type。',
  'Mapping image to local is not supported.': '不支持将镜像映射到本地。',
  'A volume or snapshot is no local disk.': '卷或快照不是本地磁盘。',
  "Images with destination_type 'volume' need to have a non-zero size specified":
    "destination_type 为 'volume' 的镜像需要指定非零大小",
  "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size":
    "空白卷（source: 'blank'，dest: 'volume'）需要非零大小",
  'More than one swap drive requested.': '请求了多个交换驱动器。',
  'Swap drive requested is larger than instance type allows.': '请求的交换驱动器大于实例类型允许的大小。',
  'Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.':
    '请求的临时磁盘大于实例类型允许的大小。如果未指定大小，则使用规格的临时磁盘大小。',
  'More than one ephemeral disk requested: one is supported, of the size of the flavor.':
    '请求了多个临时磁盘：仅支持一个，其大小与规格一致。',
  'Unrecognized legacy format.': '无法识别的旧格式。',
  'Cannot attach one or more volumes to multiple instances': '无法将一个或多个卷连接到多个实例',
  'failed to get volume {volumeId}.': '获取卷 {volumeId} 失败。',
  'Block Device {id} is not bootable.': '块设备 {id} 不可启动。',
  'failed to get snapshot {snapshotId}.': '获取快照 {snapshotId} 失败。',
  'failed to get image {imageId}.': '获取镜像 {imageId} 失败。',
  'It is not supported to backup volume backed instance.': '不支持备份基于卷的实例。',
  'Multiattach volumes are only supported starting with compute API version 2.60.':
    '仅从 Compute API 版本 2.60 起支持多重挂载卷。',
  'Attaching multiattach volumes is not supported for shelved-offloaded instances.':
    '不支持将多重挂载卷挂载到已搁置并卸载的实例。',
  "volume '{volumeId}' status must be 'available' or 'in-use'. Currently in '{status}'":
    "卷“{volumeId}”的状态必须为 'available' 或 'in-use'，当前为“{status}”",
  'Old volume is attached to a different instance.': '旧卷已挂载到其他实例。',
  'New volume must be detached in order to swap.': '要交换，新卷必须处于未挂载状态。',
  'New volume must be the same size or larger.': '新卷的大小必须相同或更大。',
  'Swapping multi-attach volumes with more than one read/write attachment is not supported.':
    '不支持交换具有多个读写挂载的多重挂载卷。',
};
