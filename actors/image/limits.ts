/** Limits of the image service. Those with a name of Glance's have its defaults. */
export const IMAGE_LIMITS = {
  /** Custom properties of an image. Glance: image_property_quota. */
  propertiesMax: 128,
  /** Names and values of an image's properties together, in bytes of UTF-8: they are in every list that has the image. */
  propertiesBytesMax: 64 * 1024,
  /** Tags of an image. Glance: image_tag_quota. */
  tagsMax: 128,
  /** Projects that an image is shared with. Glance: image_member_quota. */
  membersMax: 128,
  /** Images in all: lists that are sorted by anything but time read every one of them, in about 5 µs each. */
  imagesMax: 10_000,
  /** Images of one project, so that none of them takes the place of all. */
  imagesOfProjectMax: 1_000,
  /** How long an image may be `saving`. Then the upload counts as lost and the image waits for another one. */
  uploadMsMax: 24 * 3600 * 1000,
  /** How long a caller waits for the actor. */
  askMs: 10_000,
} as const;
