import type { ComputeMessage } from '../../messages/compute.ts';

export const compute: Readonly<Record<ComputeMessage, string>> = {
  'The server could not comply with the request since it is either malformed or otherwise incorrect.':
    'リクエストの形式または内容が正しくないため、サーバーは処理できませんでした。',
  'The server has either erred or is incapable of performing the requested operation.':
    'サーバーでエラーが発生したか、要求された操作を実行できません。',
  'Access was denied to this resource.': 'このリソースへのアクセスは拒否されました。',
  'The resource could not be found.': 'リソースが見つかりませんでした。',
  'There was a conflict when trying to complete your request.': 'リクエストの処理中に競合が発生しました。',
  'This resource is no longer available. No forwarding address is given.':
    'このリソースは利用できなくなりました。移動先はありません。',
  'Request is too large.': 'リクエストが大きすぎます。',
  'The server is currently unavailable. Please try again at a later time.':
    'サーバーは現在利用できません。しばらくしてから再試行してください。',
  'The request you have made requires authentication.': 'このリクエストには認証が必要です。',
  'Unexpected API Error. The cause is in the log under {requestId}.':
    '予期しない API エラーです。原因はログの {requestId} に記録されています。',
  'Unsupported Content-Type': 'サポートされていない Content-Type です',
  'Malformed request body': 'リクエスト本文の形式が正しくありません',
  'There is no such action: {action}': 'そのようなアクションはありません: {action}',
  "Malformed request URL: URL's project_id '{projectInUrl}' doesn't match Context's project_id '{projectId}'":
    "リクエスト URL が正しくありません: URL の project_id '{projectInUrl}' がコンテキストの project_id '{projectId}' と一致しません",
  'API Version String {version} is of invalid format. Must be of format MajorNum.MinorNum.':
    'API バージョン文字列 {version} の形式が無効です。MajorNum.MinorNum の形式で指定してください。',
  'Version {version} is not supported by the API. Minimum is {oldest} and maximum is {newest}.':
    'バージョン {version} はこの API ではサポートされていません。最小は {oldest}、最大は {newest} です。',
  'Invalid input for field/attribute {field}. Value: {value}. {reason}':
    'フィールド/属性 {field} の入力が無効です。値: {value}. {reason}',
  'Invalid input for query parameters {field}. Value: {value}. {reason}':
    'クエリーパラメーター {field} の入力が無効です。値: {value}. {reason}',
  "An invalid 'name' value was provided. The name must be: {reason}": "'name' の値が無効です。名前の条件: {reason}",
  'printable characters with at least one non space character': '表示可能な文字で、空白以外の文字を 1 つ以上含むこと',
  'printable characters. Can not start or end with whitespace.':
    '表示可能な文字であること。先頭と末尾に空白は使用できません。',
  'printable characters except :.Can not start or end with whitespace.':
    '「:」を除く表示可能な文字であること。先頭と末尾に空白は使用できません。',
  'Instance {instanceId} could not be found.': 'インスタンス {instanceId} が見つかりませんでした。',
  "Cannot '{action}' instance {instanceId} while it is in {attribute} {state}":
    "インスタンス {instanceId} は {attribute} が {state} のため '{action}' を実行できません",
  'Instance {instanceId} is locked': 'インスタンス {instanceId} はロックされています',
  'Instance {instanceId} is not ready': 'インスタンス {instanceId} は準備ができていません',
  'Action for request_id {requestId} on instance {instanceId} not found':
    'インスタンス {instanceId} に request_id {requestId} のアクションが見つかりません',
  'Quota exceeded for {overs}: Requested {requested}, but already used {used} of {allowed} {resources}':
    '{overs} のクォータを超過しました: {requested} が要求されましたが、{resources} は既に {allowed} のうち {used} が使用されています',
  'Quota exceeded, too many key pairs.': 'クォータを超過しました。キーペアが多すぎます。',
  'Quota exceeded, too many server groups.': 'クォータを超過しました。サーバーグループが多すぎます。',
  'Quota exceeded, too many servers in group': 'クォータを超過しました。グループ内のサーバーが多すぎます',
  'Maximum number of metadata items exceeds {allowed}': 'メタデータ項目の最大数 {allowed} を超えています',
  'Quota limit {limit} for {resource} must be greater than or equal to already used and reserved {value}.':
    '{resource} のクォータ上限 {limit} は、使用中および予約済みの {value} 以上でなければなりません。',
  'Quota limit {limit} for {resource} must be less than or equal to {value}.':
    '{resource} のクォータ上限 {limit} は {value} 以下でなければなりません。',
  'Instance group {groupId} could not be found.': 'インスタンスグループ {groupId} が見つかりませんでした。',
  'Image {imageId} could not be found.': 'イメージ {imageId} が見つかりませんでした。',
  'Image {imageId} is not active.': 'イメージ {imageId} は有効ではありません。',
  'Image {imageId} is unacceptable: {reason}': 'イメージ {imageId} は使用できません: {reason}',
  'Network {networkId} could not be found.': 'ネットワーク {networkId} が見つかりませんでした。',
  'More than one possible network found. Specify network ID(s) to select which one(s) to connect to.':
    '候補となるネットワークが複数見つかりました。接続先のネットワーク ID を指定してください。',
  'Network {networkId} requires a subnet in order to boot instances on.':
    'インスタンスを起動するには、ネットワーク {networkId} にサブネットが必要です。',
  'Port id {portId} could not be found.': 'ポート ID {portId} が見つかりませんでした。',
  'Port {portId} is still in use.': 'ポート {portId} はまだ使用中です。',
  'Fixed IP {address} is already in use.': '固定 IP アドレス {address} は既に使用されています。',
  'Fixed IP {address} is not a valid ip address for network {networkId}.':
    '固定 IP {address} はネットワーク {networkId} の有効な IP アドレスではありません。',
  'No fixed IP addresses available for network: {networkId}':
    'ネットワーク {networkId} で使用可能な固定 IP アドレスがありません',
  'Security group {nameOrId} not found for project {projectId}.':
    'プロジェクト {projectId} にセキュリティーグループ {nameOrId} が見つかりません。',
  'No valid host was found. {reason}': '有効なホストが見つかりませんでした。{reason}',
  'No valid host was found. There are not enough hosts available.':
    '有効なホストが見つかりませんでした。使用可能なホストが不足しています。',
  'Host {host} could not be found.': 'ホスト {host} が見つかりませんでした。',
  "Hypervisor with ID '{hypervisorId}' could not be found.":
    "ID '{hypervisorId}' のハイパーバイザーが見つかりませんでした。",
  'Service {serviceId} could not be found.': 'サービス {serviceId} が見つかりませんでした。',
  'The requested availability zone is not available': '要求されたアベイラビリティーゾーンは使用できません',
  'The requested functionality is not supported.': '要求された機能はサポートされていません。',
  'Marker {marker} could not be found.': 'マーカー {marker} が見つかりませんでした。',
  'Invalid input received: {reason}': '無効な入力を受信しました: {reason}',
  "Policy doesn't allow {rule} to be performed.": 'ポリシーでは {rule} の実行は許可されていません。',
  'Too many requests are waiting; try again.': '待機中のリクエストが多すぎます。再試行してください。',
  'The operation was not confirmed in time; look at its outcome before trying again.':
    '操作は時間内に確認されませんでした。再試行の前に結果を確認してください。',
  'The request met an internal error; nothing was changed.':
    'リクエストの処理中に内部エラーが発生しました。何も変更されていません。',
  'The cell of instance {instanceId} does not answer at the moment; try again.':
    'インスタンス {instanceId} のセルは現在応答していません。再試行してください。',
  'The service is stopping; try again.': 'サービスは停止処理中です。再試行してください。',
  'The service cannot store data at the moment; try again.':
    '現在サービスはデータを保存できません。再試行してください。',
  'The service is overloaded; try again.': 'サービスは過負荷状態です。再試行してください。',
  'Invalid filter field: {name}.': '無効なフィルターフィールドです: {name}。',
  "Invalid filter value for 'locked': {value}": "'locked' のフィルター値が無効です: {value}",
  'The filter {name} cannot be used: it is too long, or uses more than a plain regular expression.':
    'フィルター {name} は使用できません。長すぎるか、単純な正規表現以外の機能を使用しています。',
  'Instance is not a member of specified network': 'インスタンスは指定されたネットワークに属していません',
  'marker [{marker}] not found': 'マーカー [{marker}] が見つかりません',
  'Metadata item was not found': 'メタデータ項目が見つかりませんでした',
  'The value of changes-since must be less than or equal to changes-before.':
    'changes-since の値は changes-before 以下でなければなりません。',
  "Unrecognized value '{value}', acceptable values are: {accepted}":
    "認識できない値 '{value}' です。使用可能な値: {accepted}",
  'Invalid status value': '状態の値が無効です',
  'Only administrators may list deleted instances': '削除済みインスタンスを一覧表示できるのは管理者だけです',
  'Invalid input received: Sort direction size exceeds sort key size': 'ソート方向の数がソートキーの数を超えています。',
  "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'":
    "不明なソート方向です。'desc' または 'asc' を指定してください。",
  'Only administrators can sort servers by {key}': 'サーバーを {key} でソートできるのは管理者だけです',
  'Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.':
    '固定されたアベイラビリティーゾーンは直接変更できません。先に pinned_availability_zone を null に設定して固定を解除してください。',
  "Server can only be pinned to its current availability zone '{current}', but '{zone}' was requested.":
    "サーバーは現在のアベイラビリティーゾーン '{current}' にのみ固定できますが、'{zone}' が要求されました。",
  'The host of the server does not answer; try again.': 'サーバーのホストが応答しません。再試行してください。',
  'Unable to get console': 'コンソールを取得できません',
  'Unable to allocate a single hostname to multiple instances':
    '1 つのホスト名を複数のインスタンスに割り当てることはできません',
  'Invalid key_name provided.': '指定された key_name は無効です。',
  'Block Device Mapping is Invalid: {reason}': 'ブロックデバイスマッピングが無効です: {reason}',
  'Can not find requested image': '要求されたイメージが見つかりません',
  'Only volume-backed servers are allowed for flavors with zero disk.':
    'ディスクが 0 のフレーバーでは、ボリュームを使用するサーバーだけが許可されます。',
  'Missing imageRef attribute': 'imageRef 属性がありません',
  "Flavor's disk is too small for requested image. Flavor disk is {flavorBytes} bytes, image is {imageBytes} bytes.":
    'フレーバーのディスクが要求されたイメージに対して小さすぎます。フレーバーのディスクは {flavorBytes} バイト、イメージは {imageBytes} バイトです。',
  "Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is {flavorBytes} bytes, minimum size is {minimum} bytes.":
    'フレーバーのディスクがイメージのメタデータで指定された最小サイズより小さくなっています。フレーバーのディスクは {flavorBytes} バイト、最小サイズは {minimum} バイトです。',
  'a disk of the format {format} cannot be booted': '形式 {format} のディスクからは起動できません',
  'min_count must be <= max_count': 'min_count は max_count 以下でなければなりません',
  'No more than {max} servers can be created with one request.':
    '1 回のリクエストで作成できるサーバーは {max} 台までです。',
  'Invalid flavorRef provided.': '指定された flavorRef は無効です。',
  'Unable to automatically allocate a network for project {projectId}':
    'プロジェクト {projectId} にネットワークを自動で割り当てることができません',
  'Failed to launch instances: {reason}': 'インスタンスの起動に失敗しました: {reason}',
  "Specified Fixed IP '{address}' cannot be used with port '{portId}': the two cannot be specified together.":
    "固定 IP '{address}' はポート '{portId}' と併用できません。両方を同時に指定することはできません。",
  'Unable to launch multiple instances with a single configured port ID.':
    '1 つのポート ID で複数のインスタンスを起動することはできません。',
  'It is not allowed to create an interface on external network {networkId}':
    '外部ネットワーク {networkId} にインターフェースを作成することは許可されていません',
  'It is not allowed to change the fixed IP addresses on network {networkId}, which belongs to another project':
    'ネットワーク {networkId} は別のプロジェクトのものであるため、固定 IP アドレスを変更することは許可されていません',
  'It is not allowed to choose a fixed IP address on network {networkId}, which belongs to another project':
    'ネットワーク {networkId} は別のプロジェクトのものであるため、固定 IP アドレスを選ぶことは許可されていません',
  'Port {portId} requires a FixedIP in order to be used.': 'ポート {portId} を使用するには固定 IP が必要です。',
  "Bad networks format: missing 'uuid'": "networks の形式が正しくありません: 'uuid' がありません",
  'Bad networks format: network uuid is not in proper format ({uuid})':
    'networks の形式が正しくありません: ネットワークの uuid の形式が不正です ({uuid})',
  'max_count cannot be greater than 1 if an fixed_ip is specified.':
    'fixed_ip を指定する場合、max_count は 1 より大きくできません。',
  'Unable to parse availability_zone': 'availability_zone を解析できません',
  'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.':
    'host や hypervisor_hostname による指定と zone:host:node による指定は同時に使用できません。',
  'Compute host {host} could not be found.': 'コンピュートホスト {host} が見つかりませんでした。',
  "Multiple security groups found matching '{nameOrId}'. Use an ID to be more specific.":
    "'{nameOrId}' に一致するセキュリティーグループが複数あります。ID を指定してください。",
  'Image signature certificate validation is not supported.': 'イメージ署名の証明書検証はサポートされていません。',
  'Migration {migrationId} not found for instance {instanceId}':
    'インスタンス {instanceId} の移行 {migrationId} が見つかりません',
  'Invalid datetime string: {reason}': '日時の文字列が無効です: {reason}',
  'Datetime is in invalid format': '日時の形式が無効です',
  'Invalid start time. The start time cannot occur after the end time.':
    '開始時刻が無効です。開始時刻は終了時刻より前でなければなりません。',
  'Invalid timestamp for date {date}': '日付 {date} のタイムスタンプが無効です',
  'The number of tags exceeded the per-server limit {allowed}': 'タグの数がサーバーごとの上限 {allowed} を超えています',
  "Server {serverId} has no tag '{tag}'": "サーバー {serverId} にはタグ '{tag}' がありません",
  "Tag '{tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: {reason}":
    "タグ '{tag}' は無効です。'/' と ',' を含まない空でない文字列でなければなりません。検証エラーメッセージ: {reason}",
  'Token not found': 'トークンが見つかりません',
  'Instance {instanceId} does not have a port with id {portId}':
    'インスタンス {instanceId} には ID {portId} のポートがありません',
  'Cannot find image for rebuild': '再構築用のイメージが見つかりません',
  'Instance {instanceId} cannot be rescued: Cannot rescue a volume-backed instance':
    'インスタンス {instanceId} はレスキューできません: ボリュームから起動したインスタンスはレスキューできません',
  "Requested rescue image '{image}' is not supported":
    "要求されたレスキューイメージ '{image}' はサポートされていません",
  'Personality file limit exceeded': 'personality のファイル数が上限を超えています',
  'Personality file path exceeds maximum {allowed}': 'personality のファイルのパスが上限 {allowed} を超えています',
  'Personality file content exceeds maximum {allowed}': 'personality のファイルの内容が上限 {allowed} を超えています',
  'Bad personality format: missing path': 'personality の形式が正しくありません: path がありません',
  'Unable to rebuild with a different image for a volume-backed server.':
    'ボリュームから起動したサーバーを別のイメージで再構築することはできません。',
  'Failed to quiesce instance: {reason}': 'インスタンスを静止できませんでした: {reason}',
  'Quiescing is not supported in instance {instanceId}': 'インスタンス {instanceId} では静止はサポートされていません',
};
