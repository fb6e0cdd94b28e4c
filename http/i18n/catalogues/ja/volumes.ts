import type { VolumesMessage } from '../../messages/volumes.ts';

/** Messages about volumes in Japanese. */
export const volumes: Readonly<Record<VolumesMessage, string>> = {
  'Volume {volumeId} could not be found.': 'ボリューム {volumeId} が見つかりませんでした。',
  'Snapshot {snapshotId} could not be found.': 'スナップショット {snapshotId} が見つかりませんでした。',
  'Volume attachment could not be found with filter: attachment_id = {attachmentId}.':
    'フィルター attachment_id = {attachmentId} に一致するボリューム接続が見つかりませんでした。',
  'Invalid volume: {reason}': '無効なボリュームです: {reason}',
  'Invalid snapshot: {reason}': '無効なスナップショットです: {reason}',
  'Requested volume or snapshot exceeds allowed gigabytes quota. Requested {requested}G, quota is {allowed}G and {used}G has been consumed.':
    '要求されたボリュームまたはスナップショットは容量のクォータを超えます。要求 {requested}G、クォータ {allowed}G、使用中 {used}G。',
  "Maximum number of {resource} allowed ({allowed}) exceeded for quota '{name}'.":
    "クォータ '{name}' で許可された {resource} の最大数 ({allowed}) を超えました。",
  'The volume service is busy.': 'ボリュームサービスは混雑しています。',
  'The volume service did not answer in time.': 'ボリュームサービスが時間内に応答しませんでした。',
  'The volume service is not running.': 'ボリュームサービスは動作していません。',
  'The volume service cannot store its data now.': 'ボリュームサービスは現在データを保存できません。',
  'The volume service failed on this request.': 'ボリュームサービスはこの要求を処理できませんでした。',
  'Malformed request url': '要求の URL の形式が正しくありません',
  'Invalid input for field/attribute {field}. {reason}': 'フィールド {field} の入力が無効です。{reason}',
  'limit param must be an integer': 'limit パラメーターは整数でなければなりません',
  'offset param must be an integer': 'offset パラメーターは整数でなければなりません',
  'Invalid sort key or direction': '並べ替えのキーまたは方向が無効です',
  'A volume is made of one of snapshot_id, source_volid and imageRef.':
    'ボリュームは snapshot_id、source_volid、imageRef のいずれか一つから作成されます。',
  'The size of the volume is missing.': 'ボリュームのサイズが指定されていません。',
  "Invalid input received: Volume size '{size}'GB cannot be smaller than {source} size {least}GB.":
    "無効な入力です: ボリュームのサイズ '{size}'GB は {source} のサイズ {least}GB より小さくできません。",
  'Originating snapshot status must be one of available values': '元のスナップショットは利用可能でなければなりません',
  'Source volume must be available: a guest may be writing to it.':
    '元のボリュームは利用可能でなければなりません。ゲストが書き込んでいる可能性があります。',
  'Invalid image identifier or unable to access requested image.':
    'イメージの識別子が無効か、イメージにアクセスできません。',
  'Image {imageId} is unacceptable: it is no disk.': 'イメージ {imageId} は使用できません: ディスクではありません。',
  'Size of specified image {least}GB is larger than volume size {size}GB.':
    'イメージのサイズ {least}GB はボリュームのサイズ {size}GB より大きいです。',
  'Volume type {typeId} could not be found.': 'ボリュームタイプ {typeId} が見つかりませんでした。',
  "Availability zone '{zone}' is invalid.": "アベイラビリティーゾーン '{zone}' は無効です。",
  'Groups and backups are not supported.': 'グループとバックアップはサポートされていません。',
  'The image service does not take the image.': 'イメージサービスがイメージを受け付けません。',
  'There is no such key among the metadata.': 'メタデータにそのようなキーはありません。',
  "Invalid input received: force=False is invalid: since 3.66 a volume's state does not matter.":
    '無効な入力です: force=False は無効です。3.66 以降、ボリュームの状態は問われません。',
  'volume {volumeId} cannot be snapshotted by its host':
    'ボリューム {volumeId} のスナップショットをホストで作成することはできません',
  'The delete_info parameter does not name a volume.': 'delete_info パラメーターがボリュームを指定していません。',
  'volume {volumeId} already attached': 'ボリューム {volumeId} はすでに接続されています',
  'The maximum allowed number of disk devices ({maximum}) to attach to a single instance has been exceeded.':
    '1 つのインスタンスに接続できるディスクデバイスの最大数 ({maximum}) を超えました。',
  'The supplied device path ({path}) is in use.': '指定されたデバイスパス ({path}) は使用中です。',
  'Instance {instanceId} is not attached to volume {volumeId}':
    'インスタンス {instanceId} はボリューム {volumeId} に接続されていません',
  'Cannot detach a root device volume': 'ルートデバイスのボリュームは切断できません',
  'Invalid volume status: {status}': '無効なボリュームの状態です: {status}',
  "volume '{volumeId}' status must be 'available'. Currently in '{status}'":
    "ボリューム '{volumeId}' の状態は 'available' でなければなりません。現在は '{status}' です",
  'volume {volumeId} is not migrating; this API should only be called by Cinder':
    'ボリューム {volumeId} は移行中ではありません。この API は Cinder だけが呼び出すものです',
  'The {property} property is not mutable': 'プロパティー {property} は変更できません',
  'a name, a description or the metadata is too long': '名前、説明またはメタデータが長すぎます',
  'Using different block_device_mapping syntaxes is not allowed in the same request.':
    '同じ要求の中で異なる block_device_mapping の構文を使うことはできません。',
  'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.':
    'ブロックデバイスマッピングが無効です: インスタンスとイメージまたはブロックデバイスの組み合わせの起動順序が正しくありません。',
  'Invalid source_type field.': 'source_type フィールドが無効です。',
  'Invalid device UUID.': 'デバイスの UUID が無効です。',
  'Missing device UUID.': 'デバイスの UUID がありません。',
  'Specifying a volume_type with destination_type=local is not supported.':
    'destination_type=local と volume_type の指定はサポートされていません。',
  'Mapping image to local is not supported.': 'イメージのローカルへの割り当てはサポートされていません。',
  'A volume or snapshot is no local disk.': 'ボリュームやスナップショットはローカルディスクではありません。',
  "Images with destination_type 'volume' need to have a non-zero size specified":
    "destination_type が 'volume' のイメージにはゼロでないサイズの指定が必要です",
  "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size":
    "空のボリューム (source: 'blank'、dest: 'volume') にはゼロでないサイズが必要です",
  'More than one swap drive requested.': '複数のスワップドライブが要求されました。',
  'Swap drive requested is larger than instance type allows.':
    '要求されたスワップドライブはインスタンスタイプの許容値より大きいです。',
  'Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.':
    '要求された一時ディスクはインスタンスタイプの許容値より大きいです。サイズの指定がない場合はフレーバーの値が使われます。',
  'More than one ephemeral disk requested: one is supported, of the size of the flavor.':
    '一時ディスクが 2 つ以上要求されました。使用できるのは、フレーバーのサイズのもの 1 つだけです。',
  'Unrecognized legacy format.': '古い形式を認識できません。',
  'Cannot attach one or more volumes to multiple instances':
    '1 つ以上のボリュームを複数のインスタンスに接続することはできません',
  'failed to get volume {volumeId}.': 'ボリューム {volumeId} を取得できませんでした。',
  'Block Device {id} is not bootable.': 'ブロックデバイス {id} は起動できません。',
  'failed to get snapshot {snapshotId}.': 'スナップショット {snapshotId} を取得できませんでした。',
  'failed to get image {imageId}.': 'イメージ {imageId} を取得できませんでした。',
  'It is not supported to backup volume backed instance.':
    'ボリュームから起動したインスタンスのバックアップはサポートされていません。',
  'Multiattach volumes are only supported starting with compute API version 2.60.':
    'マルチアタッチボリュームは Compute API バージョン 2.60 以降でのみサポートされます。',
  'Attaching multiattach volumes is not supported for shelved-offloaded instances.':
    '退避済みのインスタンスへのマルチアタッチボリュームの接続はサポートされていません。',
  "volume '{volumeId}' status must be 'available' or 'in-use'. Currently in '{status}'":
    "ボリューム '{volumeId}' の状態は 'available' または 'in-use' でなければなりません。現在は '{status}' です",
  'Old volume is attached to a different instance.': '古いボリュームは別のインスタンスに接続されています。',
  'New volume must be detached in order to swap.': '交換するには、新しいボリュームが切断されていなければなりません。',
  'New volume must be the same size or larger.': '新しいボリュームは同じかそれ以上のサイズでなければなりません。',
  'Swapping multi-attach volumes with more than one read/write attachment is not supported.':
    '複数の読み書き可能な接続を持つマルチアタッチボリュームの交換はサポートされていません。',
};
