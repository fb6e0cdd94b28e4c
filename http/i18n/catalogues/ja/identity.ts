import type { IdentityMessage } from '../../messages/identity.ts';

export const identity: Readonly<Record<IdentityMessage, string>> = {
  'The method is not allowed for the requested URL.': 'このメソッドは要求された URL では許可されていません。',
  'The requested URL was not found on the server.': '要求された URL はサーバーで見つかりませんでした。',
  'An unexpected error prevented the server from fulfilling your request.':
    '予期しないエラーのため、サーバーはリクエストを処理できませんでした。',
  'You are not authorized to perform the requested action: {action}.':
    '要求されたアクションを実行する権限がありません: {action}。',
  "Invalid input for field '{field}': {reason}": "フィールド '{field}' の入力が無効です: {reason}",
  'Invalid body: {reason}': '本文が無効です: {reason}',
  'The request body is not valid JSON.': 'リクエスト本文が有効な JSON ではありません。',
  'Could not find project: {id}.': 'プロジェクトが見つかりませんでした: {id}。',
  'Could not find user: {id}.': 'ユーザーが見つかりませんでした: {id}。',
  'Could not find role: {id}.': 'ロールが見つかりませんでした: {id}。',
  'Could not find domain: {id}.': 'ドメインが見つかりませんでした: {id}。',
  'Could not find Application Credential: {id}.': 'アプリケーション認証情報が見つかりませんでした: {id}。',
  'Could not find role assignment with role: {roleId}, user or group: {userId}, project, domain, or system: {target}.':
    'ロール割り当てが見つかりませんでした。ロール: {roleId}、ユーザーまたはグループ: {userId}、プロジェクト、ドメインまたはシステム: {target}。',
  'Could not find service: {id}.': 'サービスが見つかりませんでした: {id}。',
  'Could not find endpoint: {id}.': 'エンドポイントが見つかりませんでした: {id}。',
  'Could not find region: {id}.': 'リージョンが見つかりませんでした: {id}。',
  'Could not find {what}: {id}.': '見つかりませんでした ({what}): {id}。',
  'Could not find token.': 'トークンが見つかりませんでした。',
  'Conflict occurred attempting to store {what} - {reason}.': '{what} の保存中に競合が発生しました - {reason}。',
  'Duplicate entry found with name {name} at domain ID {domainId}':
    'ドメイン ID {domainId} に名前が {name} の項目が既に存在します',
  'Duplicate entry found with name {name} at user ID {userId}':
    'ユーザー ID {userId} に名前が {name} の項目が既に存在します',
  'Duplicate entry found with name {name}': '名前が {name} の項目が既に存在します',
  'Cannot change or delete role {roleId}: it is immutable.':
    'ロール {roleId} は変更不可のため、変更も削除もできません。',
  'Unable to create additional application credentials, maximum of {allowed} already exceeded for user.':
    'アプリケーション認証情報をこれ以上作成できません。ユーザーの上限 {allowed} に達しています。',
  'Invalid application credential: Could not find role assignment with role: {roleId}.':
    'アプリケーション認証情報が無効です: ロール {roleId} の割り当てが見つかりませんでした。',
  'The service is busy; try again in a moment.': 'サービスが混み合っています。しばらくしてから再試行してください。',
  'Too many failed logins; try again in {seconds} seconds.':
    'ログインの失敗が多すぎます。{seconds} 秒後に再試行してください。',
  'Too many failed logins from your address; try again in {seconds} seconds.':
    'お使いのアドレスからのログインの失敗が多すぎます。{seconds} 秒後に再試行してください。',
  'An application credential needs a token for a project.':
    'アプリケーション認証情報にはプロジェクトのトークンが必要です。',
  'Application credentials cannot request a scope.': 'アプリケーション認証情報ではスコープを要求できません。',
  'The token of an application credential cannot be rescoped.':
    'アプリケーション認証情報のトークンのスコープは変更できません。',
  'The header X-Subject-Token is required.': 'ヘッダー X-Subject-Token が必要です。',
  'A token without a scope has no catalog.': 'スコープのないトークンにはカタログがありません。',
  'It must be a number.': '数値でなければなりません。',
  'It must not have control characters.': '制御文字を含めることはできません。',
  'It must be text.': '文字列でなければなりません。',
  'It must not be empty.': '空にすることはできません。',
  'It must have at most {max} characters.': '{max} 文字以下でなければなりません。',
  'It must have at least {min} characters.': '{min} 文字以上でなければなりません。',
  'It must not be blank.': '空白だけにすることはできません。',
  'It must be true or false.': 'true または false でなければなりません。',
  'No options can be set.': 'オプションは設定できません。',
  'It is too long.': '長すぎます。',
  'It is not known here.': 'ここでは認識されません。',
  'It is required.': '必須です。',
  'It must be of type {type}.': '型は {type} でなければなりません。',
  'It must be in the future.': '未来の時刻でなければなりません。',
  'It cannot be changed.': '変更できません。',
  'Projects cannot be nested.': 'プロジェクトを入れ子にすることはできません。',
  'Domains cannot be made.': 'ドメインは作成できません。',
  'Roles of a domain cannot be made.': 'ドメインのロールは作成できません。',
  'Access rules are not known here.': 'アクセスルールはここでは使用できません。',
  'It must have an id or a name.': 'id または名前が必要です。',
  'It must have an id, or a name and a domain.': 'id、または名前とドメインが必要です。',
  'It must have an id, or a name and a user.': 'id、または名前とユーザーが必要です。',
  'It must be true.': 'true でなければなりません。',
  'It must be one of project, domain, system and unscoped.':
    'project、domain、system、unscoped のいずれかでなければなりません。',
  'It must be one of {values}.': '次のいずれかでなければなりません: {values}。',
  'It must be a list of one method.': 'メソッド 1 つのリストでなければなりません。',
  'It must be a list.': 'リストでなければなりません。',
  'It must have at most {max} entries.': '項目は {max} 個以下でなければなりません。',
  'It must have neither a comma nor a slash.': 'コンマとスラッシュは使用できません。',
  'It must be a time in the form of ISO 8601.': 'ISO 8601 形式の時刻でなければなりません。',
};
