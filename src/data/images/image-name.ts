const imageName = /\.(a?png|jpe?g|jpe|jfif|webp|bmp|dib|tiff?|p[bgpn]m|gif|avif|hei[cf]|jxl|jp2|svg|ico)$/i;

/** Whether a file's name says that it is an image, also of a format that is not read. */
export const isImageName = (path: string): boolean => imageName.test(path);
