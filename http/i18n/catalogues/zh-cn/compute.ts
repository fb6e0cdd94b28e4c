import type { ComputeMessage } from '../../messages/compute.ts';

export const compute: Readonly<Record<ComputeMessage, string>> = {
  'The server could not comply with the request since it is either malformed or otherwise incorrect.':
    '请求的格式错误或内容不正确，服务器无法处理。',
  'The server has either erred or is incapable of performing the requested operation.':
    '服务器出错，或者无法执行所请求的操作。',
  'Access was denied to this resource.': '对此资源的访问被拒绝。',
  'The resource could not be found.': '找不到该资源。',
  'There was a conflict when trying to complete your request.': '处理您的请求时发生冲突。',
  'This resource is no longer available. No forwarding address is given.': '此资源已不再可用，且没有新的地址。',
  'Request is too large.': '请求过大。',
  'The server is currently unavailable. Please try again at a later time.': '服务器当前不可用，请稍后重试。',
  'The request you have made requires authentication.': '此请求需要身份验证。',
  'Unexpected API Error. The cause is in the log under {requestId}.':
    '意外的 API 错误。原因记录在日志的 {requestId} 条目下。',
  'Unsupported Content-Type': '不支持的 Content-Type',
  'Malformed request body': '请求正文格式错误',
  'There is no such action: {action}': '没有这样的操作：{action}',
  "Malformed request URL: URL's project_id '{projectInUrl}' doesn't match Context's project_id '{projectId}'":
    '请求 URL 格式错误：URL 的 project_id“{projectInUrl}”与上下文的 project_id“{projectId}”不一致',
  'API Version String {version} is of invalid format. Must be of format MajorNum.MinorNum.':
    'API 版本字符串 {version} 的格式无效。必须采用“主版本号.次版本号”格式。',
  'Version {version} is not supported by the API. Minimum is {oldest} and maximum is {newest}.':
    'API 不支持版本 {version}。最低版本为 {oldest}，最高版本为 {newest}。',
  'Invalid input for field/attribute {field}. Value: {value}. {reason}':
    '字段/属性 {field} 的输入无效。值：{value}. {reason}',
  'Invalid input for query parameters {field}. Value: {value}. {reason}':
    '查询参数 {field} 的输入无效。值：{value}. {reason}',
  "An invalid 'name' value was provided. The name must be: {reason}": '提供的“name”值无效。名称必须满足：{reason}',
  'printable characters with at least one non space character': '可打印字符，且至少包含一个非空格字符',
  'printable characters. Can not start or end with whitespace.': '可打印字符。不能以空白字符开头或结尾。',
  'printable characters except :.Can not start or end with whitespace.':
    '除“:”以外的可打印字符。不能以空白字符开头或结尾。',
  'Instance {instanceId} could not be found.': '找不到实例 {instanceId}。',
  "Cannot '{action}' instance {instanceId} while it is in {attribute} {state}":
    '实例 {instanceId} 处于 {attribute} {state} 时，无法执行“{action}”',
  'Instance {instanceId} is locked': '实例 {instanceId} 已锁定',
  'Instance {instanceId} is not ready': '实例 {instanceId} 尚未就绪',
  'Action for request_id {requestId} on instance {instanceId} not found':
    '在实例 {instanceId} 上找不到 request_id 为 {requestId} 的操作',
  'Quota exceeded for {overs}: Requested {requested}, but already used {used} of {allowed} {resources}':
    '{overs} 超出配额：请求了 {requested}，但 {resources} 已使用 {used}（上限 {allowed}）',
  'Quota exceeded, too many key pairs.': '超出配额，密钥对过多。',
  'Quota exceeded, too many server groups.': '超出配额，服务器组过多。',
  'Quota exceeded, too many servers in group': '超出配额，组中的服务器过多',
  'Maximum number of metadata items exceeds {allowed}': '元数据项数超过上限 {allowed}',
  'Quota limit {limit} for {resource} must be greater than or equal to already used and reserved {value}.':
    '{resource} 的配额上限 {limit} 必须大于或等于已使用和已预留的 {value}。',
  'Quota limit {limit} for {resource} must be less than or equal to {value}.':
    '{resource} 的配额上限 {limit} 必须小于或等于 {value}。',
  'Instance group {groupId} could not be found.': '找不到实例组 {groupId}。',
  'Image {imageId} could not be found.': '找不到镜像 {imageId}。',
  'Image {imageId} is not active.': '镜像 {imageId} 未处于活动状态。',
  'Image {imageId} is unacceptable: {reason}': '镜像 {imageId} 不可接受：{reason}',
  'Network {networkId} could not be found.': '找不到网络 {networkId}。',
  'More than one possible network found. Specify network ID(s) to select which one(s) to connect to.':
    '找到多个可用网络。请指定网络标识以选择要连接的网络。',
  'Network {networkId} requires a subnet in order to boot instances on.':
    '网络 {networkId} 需要有子网才能在其上启动实例。',
  'Port id {portId} could not be found.': '找不到端口标识 {portId}。',
  'Port {portId} is still in use.': '端口 {portId} 仍在使用中。',
  'Fixed IP {address} is already in use.': '固定 IP 地址 {address} 已被使用。',
  'Fixed IP {address} is not a valid ip address for network {networkId}.':
    '固定 IP {address} 不是网络 {networkId} 的有效 IP 地址。',
  'No fixed IP addresses available for network: {networkId}': '网络没有可用的固定 IP 地址：{networkId}',
  'Security group {nameOrId} not found for project {projectId}.': '在项目 {projectId} 中找不到安全组 {nameOrId}。',
  'No valid host was found. {reason}': '找不到有效主机。{reason}',
  'No valid host was found. There are not enough hosts available.': '找不到有效主机。没有足够的可用主机。',
  'Host {host} could not be found.': '找不到主机 {host}。',
  "Hypervisor with ID '{hypervisorId}' could not be found.": '找不到标识为“{hypervisorId}”的管理程序。',
  'Service {serviceId} could not be found.': '找不到服务 {serviceId}。',
  'The requested availability zone is not available': '请求的可用区不可用',
  'The requested functionality is not supported.': '不支持所请求的功能。',
  'Marker {marker} could not be found.': '找不到标记 {marker}。',
  'Invalid input received: {reason}': '收到无效输入：{reason}',
  "Policy doesn't allow {rule} to be performed.": '策略不允许执行 {rule}。',
  'Too many requests are waiting; try again.': '等待处理的请求过多，请重试。',
  'The operation was not confirmed in time; look at its outcome before trying again.':
    '操作未及时得到确认，请先查看其结果再重试。',
  'The request met an internal error; nothing was changed.': '请求遇到内部错误，未作任何更改。',
  'The cell of instance {instanceId} does not answer at the moment; try again.':
    '实例 {instanceId} 所在的单元目前没有响应，请重试。',
  'The service is stopping; try again.': '服务正在停止，请重试。',
  'The service cannot store data at the moment; try again.': '服务目前无法存储数据，请重试。',
  'The service is overloaded; try again.': '服务过载，请重试。',
  'Invalid filter field: {name}.': '无效的过滤字段：{name}。',
  "Invalid filter value for 'locked': {value}": '“locked”的过滤值无效：{value}',
  'The filter {name} cannot be used: it is too long, or uses more than a plain regular expression.':
    '无法使用过滤器 {name}：它过长，或超出了普通正则表达式的范围。',
  'Instance is not a member of specified network': '实例不属于指定的网络',
  'marker [{marker}] not found': '找不到标记 [{marker}]',
  'Metadata item was not found': '找不到元数据项',
  'The value of changes-since must be less than or equal to changes-before.':
    'changes-since 的值必须小于或等于 changes-before。',
  "Unrecognized value '{value}', acceptable values are: {accepted}": '无法识别的值“{value}”，可接受的值为：{accepted}',
  'Invalid status value': '无效的状态值',
  'Only administrators may list deleted instances': '只有管理员可以列出已删除的实例',
  'Invalid input received: Sort direction size exceeds sort key size': '排序方向的数量超过排序键的数量。',
  "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'": '未知的排序方向，必须为“desc”或“asc”。',
  'Only administrators can sort servers by {key}': '只有管理员可以按 {key} 对服务器排序',
  'Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.':
    '不能直接更改所固定的可用区。请先将 pinned_availability_zone 设为 null 以取消固定。',
  "Server can only be pinned to its current availability zone '{current}', but '{zone}' was requested.":
    '服务器只能固定到其当前可用区“{current}”，但请求的是“{zone}”。',
  'The host of the server does not answer; try again.': '服务器所在的主机没有响应，请重试。',
  'Unable to get console': '无法获取控制台',
  'Unable to allocate a single hostname to multiple instances': '无法将同一主机名分配给多个实例',
  'Invalid key_name provided.': '提供的 key_name 无效。',
  'Block Device Mapping is Invalid: {reason}': '块设备映射无效：{reason}',
  'Can not find requested image': '找不到请求的镜像',
  'Only volume-backed servers are allowed for flavors with zero disk.':
    '对于磁盘为零的实例类型，只允许使用卷支持的服务器。',
  'Missing imageRef attribute': '缺少 imageRef 属性',
  "Flavor's disk is too small for requested image. Flavor disk is {flavorBytes} bytes, image is {imageBytes} bytes.":
    '实例类型的磁盘对于请求的镜像来说太小。磁盘为 {flavorBytes} 字节，镜像为 {imageBytes} 字节。',
  "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is {flavorBytes} bytes, minimum size is {minimum} bytes.":
    '实例类型的磁盘小于镜像元数据中指定的最小大小。磁盘为 {flavorBytes} 字节，最小大小为 {minimum} 字节。',
  'a disk of the format {format} cannot be booted': '无法从 {format} 格式的磁盘启动',
  'min_count must be <= max_count': 'min_count 必须 <= max_count',
  'No more than {max} servers can be created with one request.': '一次请求最多可以创建 {max} 台服务器。',
  'Invalid flavorRef provided.': '提供的 flavorRef 无效。',
  'Unable to automatically allocate a network for project {projectId}': '无法为项目 {projectId} 自动分配网络',
  'Failed to launch instances: {reason}': '启动实例失败：{reason}',
  "Specified Fixed IP '{address}' cannot be used with port '{portId}': the two cannot be specified together.":
    '指定的固定 IP“{address}”不能与端口“{portId}”一起使用：二者不能同时指定。',
  'Unable to launch multiple instances with a single configured port ID.': '无法使用单个端口标识启动多个实例。',
  'It is not allowed to create an interface on external network {networkId}': '不允许在外部网络 {networkId} 上创建接口',
  'It is not allowed to change the fixed IP addresses on network {networkId}, which belongs to another project':
    '网络 {networkId} 属于其他项目，不允许更改其上的固定 IP 地址',
  'It is not allowed to choose a fixed IP address on network {networkId}, which belongs to another project':
    '网络 {networkId} 属于其他项目，不允许在其上选择固定 IP 地址',
  'Port {portId} requires a FixedIP in order to be used.': '端口 {portId} 需要固定 IP 才能使用。',
  "Bad networks format: missing 'uuid'": 'networks 格式错误：缺少“uuid”',
  'Bad networks format: network uuid is not in proper format ({uuid})':
    'networks 格式错误：网络 uuid 的格式不正确（{uuid}）',
  'max_count cannot be greater than 1 if an fixed_ip is specified.': '如果指定了 fixed_ip，则 max_count 不能大于 1。',
  'Unable to parse availability_zone': '无法解析 availability_zone',
  'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.':
    '使用 host 和/或 hypervisor_hostname 的方式与使用 zone:host:node 的方式互斥。',
  'Compute host {host} could not be found.': '找不到计算主机 {host}。',
  "Multiple security groups found matching '{nameOrId}'. Use an ID to be more specific.":
    '找到多个与“{nameOrId}”匹配的安全组。请使用标识来指定。',
  'Image signature certificate validation is not supported.': '不支持镜像签名证书验证。',
  'Migration {migrationId} not found for instance {instanceId}': '找不到实例 {instanceId} 的迁移 {migrationId}',
  'Invalid datetime string: {reason}': '无效的日期时间字符串：{reason}',
  'Datetime is in invalid format': '日期时间格式无效',
  'Invalid start time. The start time cannot occur after the end time.': '无效的开始时间。开始时间不能晚于结束时间。',
  'Invalid timestamp for date {date}': '日期 {date} 的时间戳无效',
  'The number of tags exceeded the per-server limit {allowed}': '标签数量超过每台服务器的上限 {allowed}',
  "Server {serverId} has no tag '{tag}'": '服务器 {serverId} 没有标签“{tag}”',
  "Tag '{tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: {reason}":
    '标签“{tag}”无效。它必须是不含字符“/”和“,”的非空字符串。验证错误消息：{reason}',
  'Token not found': '找不到令牌',
  'Instance {instanceId} does not have a port with id {portId}': '实例 {instanceId} 没有标识为 {portId} 的端口',
  'Cannot find image for rebuild': '找不到用于重建的镜像',
  'Instance {instanceId} cannot be rescued: Cannot rescue a volume-backed instance':
    '无法救援实例 {instanceId}：无法救援基于卷的实例',
  "Requested rescue image '{image}' is not supported": "不支持所请求的救援镜像 '{image}'",
  'Personality file limit exceeded': 'personality 文件数超出限制',
  'Personality file path exceeds maximum {allowed}': 'personality 文件路径超过最大值 {allowed}',
  'Personality file content exceeds maximum {allowed}': 'personality 文件内容超过最大值 {allowed}',
  'Bad personality format: missing path': 'personality 格式错误：缺少 path',
  'Unable to rebuild with a different image for a volume-backed server.': '无法使用其他镜像重建基于卷的服务器。',
  'Failed to quiesce instance: {reason}': '无法静默实例：{reason}',
  'Quiescing is not supported in instance {instanceId}': '实例 {instanceId} 不支持静默',
};
