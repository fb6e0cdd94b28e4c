import type { FlavorsMessage } from '../../messages/flavors.ts';

export const flavors: Readonly<Record<FlavorsMessage, string>> = {
  'Flavor {flavorId} could not be found.': 'フレーバー {flavorId} が見つかりませんでした。',
  'Flavor with name {name} already exists.': '名前が {name} のフレーバーは既に存在します。',
  'Flavor with ID {flavorId} already exists.': 'ID {flavorId} のフレーバーは既に存在します。',
  'Flavor access already exists for flavor {flavorId} and project {projectId} combination.':
    'フレーバー {flavorId} とプロジェクト {projectId} の組み合わせのアクセス権は既に存在します。',
  'Flavor access not found for {flavorId} / {projectId} combination.':
    '{flavorId} / {projectId} の組み合わせに対するフレーバーのアクセス権が見つかりません。',
  'Flavor {flavorId} has no extra specs with key {key}.':
    'フレーバー {flavorId} にはキー {key} の追加スペックがありません。',
  "The created instance's disk would be too small.": '作成されるインスタンスのディスクが小さすぎます。',
  "Flavor's memory is too small for requested image.": 'フレーバーのメモリーが要求されたイメージに対して小さすぎます。',
  'Access list not available for public flavors.': 'パブリックフレーバーではアクセスリストを使用できません。',
  'Can not add access to a public flavor.': 'パブリックフレーバーにアクセス権を追加することはできません。',
  'Request body and URI mismatch': 'リクエスト本文と URI が一致しません',
  "Validation failed; extra spec '{name}' does not appear to be a valid extra spec.":
    "検証に失敗しました。'{name}' は有効な追加スペックではないようです。",
  "Validation failed; extra spec '{name}' {reason}, not '{value}'.":
    "検証に失敗しました。追加スペック '{name}' は{reason}。指定された値: '{value}'。",
  'must be a boolean': '真偽値でなければなりません',
  'must be an integer': '整数でなければなりません',
  'must be at least {min}': '{min} 以上でなければなりません',
  'must be at most {max}': '{max} 以下でなければなりません',
  'must be one of {values}': '次のいずれかでなければなりません: {values}',
  'must match {pattern}': '{pattern} に一致しなければなりません',
  'Invalid is_public filter [{value}]': 'is_public フィルターが無効です [{value}]',
  'Invalid {name} filter [{value}]': '{name} フィルターが無効です [{value}]',
  'An extra spec is needed: the body does not have enough properties':
    '追加スペックが必要です: 本文のプロパティーが不足しています',
  'One extra spec at a time: the body has too many properties':
    '追加スペックは 1 つずつ指定してください: 本文のプロパティーが多すぎます',
  'Keypair {name} not found for user {userId}': 'ユーザー {userId} のキーペア {name} が見つかりません',
  "Key pair '{name}' already exists.": "キーペア '{name}' は既に存在します。",
  'Keypair data is invalid: {reason}': 'キーペアのデータが無効です: {reason}',
  'it must be one X.509 certificate in PEM': 'PEM 形式の X.509 証明書 1 つでなければなりません',
  'it is not a valid X.509 certificate': '有効な X.509 証明書ではありません',
  'the exponent is missing': '指数がありません',
  'an RSA key has {min} to {max} bits, not {bits}':
    'RSA 鍵は {min} から {max} ビットです。{bits} ビットは使用できません',
  'an Ed25519 key has 32 bytes': 'Ed25519 鍵は 32 バイトです',
  'the curve is not {curve}': '曲線が {curve} ではありません',
  'it is no point of the curve {curve}': '曲線 {curve} 上の点ではありません',
  'the application is missing': 'アプリケーションがありません',
  'it must be one line': '1 行でなければなりません',
  'its algorithm must be one of {algorithms}': 'アルゴリズムは次のいずれかでなければなりません: {algorithms}',
  'the key is not in base64': '鍵が base64 形式ではありません',
  'the key itself is not of the algorithm {algorithm}': '鍵自体のアルゴリズムが {algorithm} ではありません',
  'there are bytes behind the key': '鍵の後ろに余分なバイトがあります',
  'Aggregate {aggregateId} could not be found.': 'アグリゲート {aggregateId} が見つかりませんでした。',
  'Aggregate {name} already exists.': 'アグリゲート {name} は既に存在します。',
  'Aggregate {aggregateId} already has host {host}.': 'アグリゲート {aggregateId} には既にホスト {host} があります。',
  'Cannot remove host {host} in aggregate {aggregateId}': 'アグリゲート {aggregateId} のホスト {host} を削除できません',
  'Cannot add host to aggregate {aggregateId}. Reason: {reason}.':
    'アグリゲート {aggregateId} にホストを追加できません。理由: {reason}。',
  'Cannot remove host from aggregate {aggregateId}. Reason: {reason}.':
    'アグリゲート {aggregateId} からホストを削除できません。理由: {reason}。',
  'Cannot update metadata of aggregate {aggregateId}. Reason: {reason}.':
    'アグリゲート {aggregateId} のメタデータを更新できません。理由: {reason}。',
  'Cannot {action} aggregate {aggregateId}. Reason: {reason}.':
    'アグリゲート {aggregateId} に対して {action} を実行できません。理由: {reason}。',
  'Host aggregate is not empty': 'ホストアグリゲートが空ではありません',
  'Aggregate {name} does not support empty named availability zone':
    'アグリゲート {name} は空の名前のアベイラビリティーゾーンをサポートしていません',
  'One or more hosts contain instances in this zone': '1 つ以上のホストにこのゾーンのインスタンスがあります',
  'One or more hosts already in availability zone(s) [{zones}]':
    '1 つ以上のホストが既にアベイラビリティーゾーン [{zones}] にあります',
  "Host '{host}' is not mapped to any cell": "ホスト '{host}' はどのセルにもマップされていません",
  'Duplicate images in request': 'リクエスト内でイメージが重複しています',
  'id must be an integer': 'id は整数でなければなりません',
  'Invalid uuid {uuid}': '無効な UUID です: {uuid}',
  "No hypervisor matching '{pattern}' could be found.":
    "'{pattern}' に一致するハイパーバイザーが見つかりませんでした。",
  'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.':
    'hypervisor_hostname_pattern クエリーパラメーターを使用したハイパーバイザーのページングはサポートされていません。',
  'Invalid service id {id}: it is not an integer': '無効なサービス ID {id}: 整数ではありません',
  'Could not find binary {binary} on host {host}.': 'ホスト {host} にバイナリー {binary} が見つかりませんでした。',
  'Updating a {binary} service is not supported. Only nova-compute services can be updated.':
    '{binary} サービスの更新はサポートされていません。更新できるのは nova-compute サービスだけです。',
  'Missing disabled reason field': '無効化理由のフィールドがありません',
  'Missing forced_down field': 'forced_down フィールドがありません',
  'Unknown action': '不明なアクションです',
  "Specifying disabled_reason requires that status is 'disabled'.":
    "disabled_reason を指定する場合、status は 'disabled' でなければなりません。",
  "No updates were requested. Fields 'status' or 'forced_down' should be specified.":
    "更新が要求されていません。'status' または 'forced_down' フィールドを指定してください。",
  'The {binary} service is part of the controller and cannot be deleted.':
    '{binary} サービスはコントローラーの一部であり、削除できません。',
  'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.':
    'インスタンスをホストしているコンピュートサービスは削除できません。先にインスタンスを移行または削除してください。',
  "The service of host {host} cannot be deleted while the controller drives the host. Take it out of the controller's configuration.":
    'コントローラーがホストを駆動している間は、ホスト {host} のサービスを削除できません。コントローラーの設定から外してください。',
  'quota_class_name has {length} characters, more than {max}.':
    'quota_class_name は {length} 文字で、{max} 文字を超えています。',
  'Project ID {projectId} is not a valid project.': 'プロジェクト ID {projectId} は有効なプロジェクトではありません。',
  'user_id is longer than {max} characters.': 'user_id が {max} 文字を超えています。',
  'Only anti-affinity policy supports rules.': 'ルールをサポートするのは anti-affinity ポリシーだけです。',
};
