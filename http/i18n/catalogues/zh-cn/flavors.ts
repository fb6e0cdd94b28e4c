import type { FlavorsMessage } from '../../messages/flavors.ts';

export const flavors: Readonly<Record<FlavorsMessage, string>> = {
  'Flavor {flavorId} could not be found.': '找不到实例类型 {flavorId}。',
  'Flavor with name {name} already exists.': '名为 {name} 的实例类型已存在。',
  'Flavor with ID {flavorId} already exists.': '标识为 {flavorId} 的实例类型已存在。',
  'Flavor access already exists for flavor {flavorId} and project {projectId} combination.':
    '实例类型 {flavorId} 与项目 {projectId} 组合的访问权限已存在。',
  'Flavor access not found for {flavorId} / {projectId} combination.':
    '找不到 {flavorId} / {projectId} 组合的实例类型访问权限。',
  'Flavor {flavorId} has no extra specs with key {key}.': '实例类型 {flavorId} 没有键为 {key} 的额外规格。',
  "The created instance's disk would be too small.": '所创建实例的磁盘会过小。',
  "Flavor's memory is too small for requested image.": '实例类型的内存对于请求的镜像来说太小。',
  'Access list not available for public flavors.': '公共实例类型没有访问列表。',
  'Can not add access to a public flavor.': '无法为公共实例类型添加访问权限。',
  'Request body and URI mismatch': '请求正文与 URI 不匹配',
  "Validation failed; extra spec '{name}' does not appear to be a valid extra spec.":
    '验证失败；额外规格“{name}”似乎不是有效的额外规格。',
  "Validation failed; extra spec '{name}' {reason}, not '{value}'.":
    '验证失败；额外规格“{name}”{reason}，而不是“{value}”。',
  'must be a boolean': '必须是布尔值',
  'must be an integer': '必须是整数',
  'must be at least {min}': '必须至少为 {min}',
  'must be at most {max}': '必须至多为 {max}',
  'must be one of {values}': '必须是以下之一：{values}',
  'must match {pattern}': '必须匹配 {pattern}',
  'Invalid is_public filter [{value}]': '无效的 is_public 过滤器 [{value}]',
  'Invalid {name} filter [{value}]': '无效的 {name} 过滤器 [{value}]',
  'An extra spec is needed: the body does not have enough properties': '需要一个额外规格：正文的属性不足',
  'One extra spec at a time: the body has too many properties': '一次只能有一个额外规格：正文的属性过多',
  'Keypair {name} not found for user {userId}': '找不到用户 {userId} 的密钥对 {name}',
  "Key pair '{name}' already exists.": '密钥对“{name}”已存在。',
  'Keypair data is invalid: {reason}': '密钥对数据无效：{reason}',
  'it must be one X.509 certificate in PEM': '必须是一个 PEM 格式的 X.509 证书',
  'it is not a valid X.509 certificate': '不是有效的 X.509 证书',
  'the exponent is missing': '缺少指数',
  'an RSA key has {min} to {max} bits, not {bits}': 'RSA 密钥应为 {min} 到 {max} 位，而不是 {bits} 位',
  'an Ed25519 key has 32 bytes': 'Ed25519 密钥应为 32 字节',
  'the curve is not {curve}': '曲线不是 {curve}',
  'it is no point of the curve {curve}': '不是曲线 {curve} 上的点',
  'the application is missing': '缺少应用程序',
  'it must be one line': '必须为一行',
  'its algorithm must be one of {algorithms}': '其算法必须是以下之一：{algorithms}',
  'the key is not in base64': '密钥不是 base64 格式',
  'the key itself is not of the algorithm {algorithm}': '密钥本身不属于算法 {algorithm}',
  'there are bytes behind the key': '密钥之后还有多余的字节',
  'Aggregate {aggregateId} could not be found.': '找不到聚合 {aggregateId}。',
  'Aggregate {name} already exists.': '聚合 {name} 已存在。',
  'Aggregate {aggregateId} already has host {host}.': '聚合 {aggregateId} 已有主机 {host}。',
  'Cannot remove host {host} in aggregate {aggregateId}': '无法移除聚合 {aggregateId} 中的主机 {host}',
  'Cannot add host to aggregate {aggregateId}. Reason: {reason}.':
    '无法将主机添加到聚合 {aggregateId}。原因：{reason}。',
  'Cannot remove host from aggregate {aggregateId}. Reason: {reason}.':
    '无法从聚合 {aggregateId} 移除主机。原因：{reason}。',
  'Cannot update metadata of aggregate {aggregateId}. Reason: {reason}.':
    '无法更新聚合 {aggregateId} 的元数据。原因：{reason}。',
  'Cannot {action} aggregate {aggregateId}. Reason: {reason}.':
    '无法对聚合 {aggregateId} 执行 {action}。原因：{reason}。',
  'Host aggregate is not empty': '主机聚合不为空',
  'Aggregate {name} does not support empty named availability zone': '聚合 {name} 不支持名称为空的可用区',
  'One or more hosts contain instances in this zone': '一个或多个主机在此可用区中有实例',
  'One or more hosts already in availability zone(s) [{zones}]': '一个或多个主机已在可用区 [{zones}] 中',
  "Host '{host}' is not mapped to any cell": '主机“{host}”未映射到任何单元',
  'Duplicate images in request': '请求中有重复的镜像',
  'id must be an integer': 'id 必须是整数',
  'Invalid uuid {uuid}': '无效的 uuid {uuid}',
  "No hypervisor matching '{pattern}' could be found.": '找不到与“{pattern}”匹配的管理程序。',
  'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.':
    '使用查询参数 hypervisor_hostname_pattern 时不支持对管理程序分页。',
  'Invalid service id {id}: it is not an integer': '无效的服务标识 {id}：不是整数',
  'Could not find binary {binary} on host {host}.': '在主机 {host} 上找不到 {binary}。',
  'Updating a {binary} service is not supported. Only nova-compute services can be updated.':
    '不支持更新 {binary} 服务。只能更新 nova-compute 服务。',
  'Missing disabled reason field': '缺少禁用原因字段',
  'Missing forced_down field': '缺少 forced_down 字段',
  'Unknown action': '未知操作',
  "Specifying disabled_reason requires that status is 'disabled'.":
    '指定 disabled_reason 时，status 必须为“disabled”。',
  "No updates were requested. Fields 'status' or 'forced_down' should be specified.":
    '没有请求任何更新。应指定“status”或“forced_down”字段。',
  'The {binary} service is part of the controller and cannot be deleted.': '{binary} 服务是控制器的一部分，无法删除。',
  'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.':
    '无法删除正在承载实例的计算服务。请先迁移或删除这些实例。',
  "The service of host {host} cannot be deleted while the controller drives the host. Take it out of the controller's configuration.":
    '在控制器驱动该主机期间，无法删除主机 {host} 的服务。请将其从控制器的配置中移除。',
  'quota_class_name has {length} characters, more than {max}.': 'quota_class_name 有 {length} 个字符，超过 {max} 个。',
  'Project ID {projectId} is not a valid project.': '项目标识 {projectId} 不是有效的项目。',
  'user_id is longer than {max} characters.': 'user_id 超过 {max} 个字符。',
  'Only anti-affinity policy supports rules.': '只有 anti-affinity 策略支持规则。',
};
