import {
  createBucket,
  deleteBucket,
  deleteBucketCors,
  getBucketCors,
  getBucketLocation,
  headBucket,
  listBuckets,
  putBucketCors,
} from "./operations/buckets.ts";
import type { Operation } from "./operations/call.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { copyObject } from "./operations/copy-object.ts";
import { deleteObject, deleteObjects } from "./operations/delete-objects.ts";
import { getObject } from "./operations/get-object.ts";
import { listObjectsV2 } from "./operations/list-objects.ts";
import { listMultipartUploads, listParts } from "./operations/list-uploads.ts";
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from "./operations/multipart-upload.ts";
import { putObject } from "./operations/put-object.ts";
import { S3Error } from "./wire/errors.ts";
import type { S3Request } from "./wire/request.ts";

/** Level, method and subresource, which in S3 is a query parameter or a header that changes what is meant. */
const operations: Readonly<Record<string, Operation>> = {
  "service GET": listBuckets,
  "bucket PUT": createBucket,
  "bucket HEAD": headBucket,
  "bucket GET": listObjectsV2,
  "bucket DELETE": deleteBucket,
  "bucket GET location": getBucketLocation,
  "bucket GET cors": getBucketCors,
  "bucket PUT cors": putBucketCors,
  "bucket DELETE cors": deleteBucketCors,
  "bucket GET uploads": listMultipartUploads,
  "bucket POST delete": deleteObjects,
  "object PUT": putObject,
  "object PUT copy": copyObject,
  "object GET": getObject,
  "object HEAD": getObject,
  "object DELETE": deleteObject,
  "object POST uploads": createMultipartUpload,
  "object PUT uploadId": uploadPart,
  "object PUT uploadId copy": uploadPartCopy,
  "object GET uploadId": listParts,
  "object POST uploadId": completeMultipartUpload,
  "object DELETE uploadId": abortMultipartUpload,
};

/** Parameters that belong to the operations above and do not choose one. */
const plainParameters = new Set(
  [
    "prefix delimiter marker max-keys list-type continuation-token start-after encoding-type fetch-owner",
    "key-marker upload-id-marker max-uploads max-parts part-number-marker x-id location cors uploads delete uploadId",
    "response-content-type response-content-disposition response-content-encoding response-content-language",
    "response-cache-control response-expires",
  ].flatMap((names) => names.split(" ")),
);

/** The operation that a request means; throws NotImplemented for what S3 has and this server does not. */
export function chooseOperation(request: S3Request): { operation: Operation; needsBucket: boolean } {
  const level = request.bucket === "" ? "service" : request.key === "" ? "bucket" : "object";
  const subresource = ["location", "cors", "uploads", "delete", "uploadId"].find(
    (name) => request.query(name) !== undefined,
  );
  const isCopy = request.method === "PUT" && request.amzHeader("x-amz-copy-source") !== undefined;
  const name = [level, request.method, subresource, isCopy ? "copy" : undefined].filter(Boolean).join(" ");
  // A parameter that is not understood could change the meaning: `?acl` must not become a GetObject.
  const unknown = request.queryPairs.some(([parameter]) => !isKnown(parameter, subresource));
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined && !unknown)
    return { operation, needsBucket: name !== "bucket PUT" && level !== "service" };
  if (unknown || subresource !== undefined) throw new S3Error("NotImplemented");
  throw new S3Error("MethodNotAllowed", undefined, { Method: request.method, ResourceType: level.toUpperCase() });
}

function isKnown(parameter: string, subresource: string | undefined): boolean {
  if (parameter === "partNumber") return subresource === "uploadId";
  return plainParameters.has(parameter) || /^x-amz-/i.test(parameter);
}
