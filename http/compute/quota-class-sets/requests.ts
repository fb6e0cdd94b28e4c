import { shape } from '../../shape.ts';
import { always, until } from '../../stepped.ts';
import { limit } from '../quota-sets/requests.ts';

/** Body of PUT /os-quota-class-sets/{name}. */
export const updateQuotaClass = shape('quota_class_set', {
  instances: always(limit),
  cores: always(limit),
  ram: always(limit),
  floating_ips: until('2.49', limit),
  fixed_ips: until('2.49', limit),
  metadata_items: always(limit),
  key_pairs: always(limit),
  security_groups: until('2.49', limit),
  security_group_rules: until('2.49', limit),
  injected_files: until('2.56', limit),
  injected_file_content_bytes: until('2.56', limit),
  injected_file_path_bytes: until('2.56', limit),
  server_groups: always(limit),
  server_group_members: always(limit),
});
