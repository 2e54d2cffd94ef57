#!/usr/bin/env python3
"""A stand-in for Qdrant's server, for tests: the local mode of the official client (`qdrant-client`) behind the REST and gRPC
interfaces. Local mode knows what the engine knows of filters, queries and payloads; what it does not know (how requests are
read, what counts for what) is here, as seen on a real server, and pinned by QdrantStandInTest.

    standin.py REST_PORT GRPC_PORT      0 takes a free port; prints both ports, then one line for each request, and serves until
                                        its standard input ends
"""

import functools
import gzip
import inspect
import json
import re
import sys
import threading
import time
import urllib.parse
import warnings
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc as rpc
from google.protobuf.message import Message
from pydantic import BaseModel, TypeAdapter, ValidationError
from qdrant_client import grpc
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc
from qdrant_client.grpc import collections_service_pb2_grpc, points_service_pb2_grpc, qdrant_pb2_grpc
from qdrant_client.http import models
from qdrant_client.local.qdrant_local import QdrantLocal

VERSION = "1.20.0"
warnings.simplefilter("ignore")


class Refused(Exception):
    """An error with its status over HTTP."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


@functools.cache
def adapter_of(type_):
    """Making one costs more than all else of a request."""
    return TypeAdapter(type_)


def lenient(type_, data):
    """Reads a value as the engine does: what it does not know it ignores."""
    adapter = adapter_of(type_)
    for _ in range(100):
        try:
            return adapter.validate_python(data)
        except ValidationError as e:
            removed = False
            for error in e.errors():
                if error["type"] == "extra_forbidden":
                    removed |= remove(data, error["loc"])
            if not removed:
                raise Refused(400, "Format error in JSON body: " + str(e.errors()[0]["msg"])) from e
    raise Refused(400, "Format error in JSON body")


def remove(data, where):
    """Removes what lies at a place; names of alternatives among it are passed over."""
    here = data
    for step in where[:-1]:
        if isinstance(here, dict) and step in here or isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
    return isinstance(here, dict) and here.pop(where[-1], None) is not None


def shown(value):
    if isinstance(value, BaseModel):
        return json.loads(value.model_dump_json(exclude_none=True))
    if isinstance(value, list):
        return [shown(v) for v in value]
    return value


class Engine:
    """What both interfaces ask: local mode, and what it lacks."""

    def __init__(self):
        self.local = QdrantLocal(":memory:", force_disable_check_same_thread=True)
        self.indexes = {}
        self.lock = threading.RLock()
        self.operations = 0

    def written(self, result=None):
        self.operations += 1
        return models.UpdateResult(operation_id=self.operations, status=models.UpdateStatus.COMPLETED)

    def collection(self, name):
        self.local._get_collection(name)

    # --- Collections ---

    def info(self, name):
        out = self.local.get_collection(name)
        # How much everybody has written, and what everybody has indexed.
        out.points_count = self.local.count(name).count
        out.payload_schema = {
            k: models.PayloadIndexInfo(data_type=v, points=out.points_count) for k, v in self.indexes.get(name, {}).items()
        }
        return out

    def create(self, name, r):
        return self.local.create_collection(name, vectors_config=r.vectors, sparse_vectors_config=r.sparse_vectors, metadata=r.metadata)

    def index(self, name, field, schema):
        self.collection(name)
        kind = schema if isinstance(schema, str) else getattr(schema, "type", "keyword")
        self.indexes.setdefault(name, {})[field] = getattr(kind, "value", kind) or "keyword"
        return self.written()

    def unindex(self, name, field):
        self.collection(name)
        self.indexes.get(name, {}).pop(field, None)
        return self.written()

    # --- Reading ---

    def get(self, name, ids, with_payload=True, with_vector=False):
        return self.local.retrieve(name, ids, value(with_payload, True), value(with_vector, False))

    def scroll(self, name, r):
        order = models.OrderBy(key=r.order_by) if isinstance(r.order_by, str) else r.order_by
        points, following = self.local.scroll(
            name, r.filter, value(r.limit, 10), order, r.offset, value(r.with_payload, True), value(r.with_vector, False)
        )
        return models.ScrollResult(points=points, next_page_offset=following)

    def query(self, name, r):
        return self.local.query_points(
            name,
            query=r.query,
            using=r.using,
            prefetch=r.prefetch,
            query_filter=r.filter,
            search_params=r.params,
            limit=value(r.limit, 10),
            offset=r.offset,
            with_payload=value(r.with_payload, False),
            with_vectors=value(r.with_vector, False),
            score_threshold=r.score_threshold,
            lookup_from=r.lookup_from,
        )

    def groups(self, name, r):
        return self.local.query_points_groups(
            name,
            group_by=r.group_by,
            query=r.query,
            using=r.using,
            prefetch=r.prefetch,
            query_filter=r.filter,
            search_params=r.params,
            limit=value(r.limit, 10),
            group_size=value(r.group_size, 3),
            with_payload=value(r.with_payload, False),
            with_vectors=value(r.with_vector, False),
            score_threshold=r.score_threshold,
            with_lookup=r.with_lookup,
            lookup_from=r.lookup_from,
        )

    def matrix(self, name, r, pairs):
        ask = self.local.search_matrix_pairs if pairs else self.local.search_matrix_offsets
        return ask(name, r.filter, value(r.limit, 3), value(r.sample, 10), r.using)

    # --- Writing ---

    def upsert(self, name, r):
        points = r if isinstance(r, models.PointsList) else r.batch
        points = points.points if isinstance(r, models.PointsList) else points
        self.local.upsert(name, points, update_filter=r.update_filter, update_mode=r.update_mode)
        return self.written()

    def apply(self, name, item):
        """One item of a batch, or a request of its own."""
        local = self.local
        match item:
            case models.UpsertOperation():
                return self.upsert(name, item.upsert)
            case models.DeleteOperation():
                local.delete(name, item.delete)
            case models.SetPayloadOperation():
                r = item.set_payload
                local.set_payload(name, r.payload, selector(r), r.key)
            case models.OverwritePayloadOperation():
                r = item.overwrite_payload
                local.overwrite_payload(name, r.payload, selector(r))
            case models.DeletePayloadOperation():
                local.delete_payload(name, item.delete_payload.keys, selector(item.delete_payload))
            case models.ClearPayloadOperation():
                local.clear_payload(name, item.clear_payload)
            case models.UpdateVectorsOperation():
                local.update_vectors(name, item.update_vectors.points, update_filter=item.update_vectors.update_filter)
            case models.DeleteVectorsOperation():
                local.delete_vectors(name, item.delete_vectors.vector, selector(item.delete_vectors))
        return self.written()


def value(given, default):
    return default if given is None else given


def selector(r):
    """Where points and a filter are given, the points count and the filter is ignored."""
    if r.points is not None:
        return models.PointIdsList(points=r.points)
    if r.filter is not None:
        return models.FilterSelector(filter=r.filter)
    raise Refused(400, "Bad request: No filter or points provided")


ENGINE = Engine()
ITEMS = ["upsert", "delete", "set_payload", "overwrite_payload", "delete_payload", "clear_payload", "update_vectors", "delete_vectors"]


def first_verb(item):
    """Of several verbs in one item the first counts, in the order in which the engine tries them."""
    for verb in ITEMS:
        if verb in item:
            return {verb: points_before_filter(verb, item[verb])}
    raise Refused(400, "Format error in JSON body: data did not match any variant of untagged enum UpdateOperation")


def points_before_filter(verb, body):
    if verb in ("delete", "clear_payload") and "points" in body:
        body.pop("filter", None)
    return body


def point_id(text):
    return int(text) if text.isdigit() else text


# --- REST ---

ROUTES = []
# It asks for a key where it is given one, but not at these.
API_KEY = sys.argv[3] if len(sys.argv) > 3 else ""
GREETINGS = ("/", "/healthz", "/livez", "/readyz")


def route(method, pattern, type_=None):
    def add(function):
        names = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        takes_body = "body" in inspect.signature(function).parameters
        ROUTES.append((method, re.compile(names), type_, function, takes_body))
        return function

    return add


C = "/collections/{c}"
P = C + "/points"


@route("GET", "/")
def version():
    return {"title": "qdrant - vector search engine (stand-in)", "version": VERSION}


@route("GET", "/telemetry")
def telemetry():
    features = {"recovery_mode": False, "service_debug_feature": False}
    return {"app": {"version": VERSION, "features": features, "jwt_rbac": bool(API_KEY)}, "cluster": {"enabled": False}}


@route("GET", "/(?:healthz|livez|readyz)")
def health():
    return "healthz check passed"


@route("GET", "/metrics")
def metrics():
    return "collections_total %d\n" % len(ENGINE.local.collections)


@route("GET", "/collections")
def list_collections():
    return ENGINE.local.get_collections()


@route("GET", "/aliases")
def list_aliases():
    return ENGINE.local.get_aliases()


@route("GET", C + "/aliases")
def collection_aliases(c):
    return ENGINE.local.get_collection_aliases(c)


@route("GET", C + "/exists")
def exists(c):
    return {"exists": ENGINE.local.collection_exists(c)}


@route("POST", "/collections/aliases", models.ChangeAliasesOperation)
def aliases(body):
    return ENGINE.local.update_collection_aliases(body.actions)


@route("GET", C)
def get_collection(c):
    return ENGINE.info(c)


@route("PUT", C, models.CreateCollection)
def create(c, body):
    return ENGINE.create(c, body)


@route("PATCH", C, models.UpdateCollection)
def update(c, body):
    return ENGINE.local.update_collection(c, sparse_vectors_config=body.sparse_vectors, metadata=body.metadata, vectors_config=body.vectors)


@route("DELETE", C)
def delete_collection(c):
    return ENGINE.local.delete_collection(c)


@route("PUT", C + "/index", models.CreateFieldIndex)
def index(c, body):
    return ENGINE.index(c, body.field_name, body.field_schema)


@route("DELETE", C + "/index/{field}")
def unindex(c, field):
    return ENGINE.unindex(c, field)


@route("GET", P + "/{id}")
def get_point(c, id):
    found = ENGINE.get(c, [point_id(id)], True, True)
    if not found:
        raise Refused(404, "Not found: Point with id %s does not exists!" % id)
    return found[0]


@route("POST", P, models.PointRequest)
def get_points(c, body):
    return ENGINE.get(c, body.ids, body.with_payload, body.with_vector)


@route("POST", P + "/scroll", models.ScrollRequest)
def scroll(c, body):
    return ENGINE.scroll(c, body)


@route("POST", P + "/count", models.CountRequest)
def count(c, body):
    return ENGINE.local.count(c, body.filter)


@route("POST", C + "/facet", models.FacetRequest)
def facet(c, body):
    return ENGINE.local.facet(c, body.key, body.filter, value(body.limit, 10))


@route("POST", P + "/query", models.QueryRequest)
def query(c, body):
    return ENGINE.query(c, body)


@route("POST", P + "/query/batch", models.QueryRequestBatch)
def query_batch(c, body):
    return [ENGINE.query(c, r) for r in body.searches]


@route("POST", P + "/query/groups", models.QueryGroupsRequest)
def query_groups(c, body):
    return ENGINE.groups(c, body)


@route("POST", P + "/search")
def search(c, body):
    """What older clients ask; `top` is another name of `limit`."""
    vector = body["vector"]
    named = isinstance(vector, dict)
    r = lenient(
        models.QueryRequest,
        {
            "query": vector["vector"] if named else vector,
            "using": vector["name"] if named else None,
            "limit": body.get("limit", body.get("top")),
            **{k: body[k] for k in ("filter", "params", "offset", "with_payload", "with_vector", "score_threshold") if k in body},
        },
    )
    return ENGINE.query(c, r).points


@route("POST", P + "/recommend")
def recommend(c, body):
    r = lenient(
        models.QueryRequest,
        {
            "query": {"recommend": {k: body[k] for k in ("positive", "negative", "strategy") if k in body}},
            "limit": body.get("limit", body.get("top")),
            **{
                k: body[k]
                for k in ("filter", "params", "offset", "with_payload", "with_vector", "score_threshold", "using", "lookup_from")
                if k in body
            },
        },
    )
    return ENGINE.query(c, r).points


@route("POST", P + "/search/matrix/pairs", models.SearchMatrixRequest)
def matrix_pairs(c, body):
    return ENGINE.matrix(c, body, True)


@route("POST", P + "/search/matrix/offsets", models.SearchMatrixRequest)
def matrix_offsets(c, body):
    return ENGINE.matrix(c, body, False)


@route("PUT", P, models.PointInsertOperations)
def upsert(c, body):
    return ENGINE.upsert(c, body)


def verb(method, path, name):
    @route(method, P + path)
    def apply(c, body):
        return ENGINE.apply(c, lenient(models.UpdateOperation, {name: points_before_filter(name, body)}))


verb("POST", "/delete", "delete")
verb("PUT", "/vectors", "update_vectors")
verb("POST", "/vectors/delete", "delete_vectors")
verb("POST", "/payload", "set_payload")
verb("PUT", "/payload", "overwrite_payload")
verb("POST", "/payload/delete", "delete_payload")
verb("POST", "/payload/clear", "clear_payload")


@route("POST", P + "/batch")
def batch(c, body):
    return [ENGINE.apply(c, lenient(models.UpdateOperation, first_verb(i))) for i in body["operations"]]


def failure(e):
    """A status over HTTP and a text, as the engine words it."""
    text = str(e).strip("'\"")
    if isinstance(e, Refused):
        return e.status, text
    if match := re.search(r"Collection (\S+) not found", text):
        return 404, "Not found: Collection `%s` doesn't exist!" % match[1]
    if match := re.search(r"Collection (\S+) already exists", text):
        return 409, "Wrong input: Collection `%s` already exists!" % match[1]
    if match := re.search(r"Point(?: with id)? (\S+) (?:is )?not found", text):
        return 404, "Not found: No point with id %s found" % match[1]
    if isinstance(e, KeyError):
        return 404, "Not found: No point with id %s found" % text
    return 400, "Wrong input: " + text


class Rest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is sent as a whole: its head alone would wait for the client's acknowledgement
    disable_nagle_algorithm = True

    def handle_any(self):
        began = time.time()
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            status, answer = 200, self.answer(body)
        except Exception as e:  # noqa: BLE001: whatever local mode raises is the client's error
            status, text = failure(e)
            answer = {"status": {"error": text}, "time": time.time() - began}
        else:
            if isinstance(answer, (dict, list, bool, BaseModel)):
                result = shown(answer)
                greeting = isinstance(answer, dict) and "title" in answer
                answer = result if greeting else {"result": result, "status": "ok", "time": time.time() - began, "usage": {}}
        plain = isinstance(answer, str)
        data = answer.encode() if plain else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain" if plain else "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, body):
        if self.headers.get("user-agent") != "ringfence-doctor":
            print(self.command, self.path, flush=True)
        # Whatever the type, gzip and double slashes are taken.
        path = urllib.parse.unquote(re.sub(r"/+", "/", self.path.partition("?")[0]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if API_KEY and not path in GREETINGS and self.headers.get("api-key") != API_KEY:
            raise Refused(401, "Must provide an API key or an Authorization bearer token")
        for method, pattern, type_, function, takes_body in ROUTES:
            found = pattern.fullmatch(path) if method == self.command else None
            if found:
                arguments = dict(found.groupdict())
                if takes_body:
                    data = json.loads(body or b"{}")
                    arguments["body"] = lenient(type_, data) if type_ else data
                with ENGINE.lock:
                    return function(**arguments)
        raise Refused(404, "Not found")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *args):
        pass


# --- gRPC ---

STATUS = {400: rpc.StatusCode.INVALID_ARGUMENT, 404: rpc.StatusCode.NOT_FOUND, 409: rpc.StatusCode.ALREADY_EXISTS}


def answers(function):
    """A servicer's method: an error of local mode becomes a status."""

    def method(self, request, context):
        print("RPC", type(self).__name__ + "/" + function.__name__, flush=True)
        try:
            with ENGINE.lock:
                return function(self, request)
        except Exception as e:  # noqa: BLE001
            status, text = failure(e)
            context.abort(STATUS.get(status, rpc.StatusCode.INTERNAL), text)

    return method


def ids(messages):
    return [GrpcToRest.convert_point_id(i) for i in messages]


def optional(request, field, convert=lambda v: v):
    return convert(getattr(request, field)) if request.HasField(field) else None


def payload_selector(request, default):
    return optional(request, "with_payload", GrpcToRest.convert_with_payload_selector) if request.HasField("with_payload") else default


def vectors_selector(request):
    return value(optional(request, "with_vectors", GrpcToRest.convert_with_vectors_selector), False)


def record(point):
    """One without a payload has an empty one in messages."""
    return RestToGrpc.convert_record(point if point.payload is not None else point.model_copy(update={"payload": {}}))


def updated(result):
    return grpc.PointsOperationResponse(result=RestToGrpc.convert_update_result(result), time=0.001)


def scored(points):
    return [RestToGrpc.convert_scored_point(p) for p in points]


def operation(**fields):
    return GrpcToRest.convert_points_update_operation(grpc.PointsUpdateOperation(**fields))


OPERATION = grpc.PointsUpdateOperation


def query_request(q):
    return GrpcToRest.convert_query_points(q)


def search_request(s):
    """A search of older clients, as a query."""
    if s.HasField("sparse_indices"):
        query_ = models.SparseVector(indices=list(s.sparse_indices.data), values=list(s.vector))
    else:
        query_ = list(s.vector)
    return models.QueryRequest(query=query_, using=optional(s, "vector_name"), **common(s))


def common(s):
    out = {
        "filter": optional(s, "filter", GrpcToRest.convert_filter),
        "params": optional(s, "params", GrpcToRest.convert_search_params),
        "limit": s.limit or None,
        "with_payload": payload_selector(s, False),
        "with_vector": vectors_selector(s),
    }
    if "offset" in s.DESCRIPTOR.fields_by_name:
        out["offset"] = optional(s, "offset")
    if "score_threshold" in s.DESCRIPTOR.fields_by_name:
        out["score_threshold"] = optional(s, "score_threshold")
    return out


def recommend_request(r):
    query_ = models.RecommendQuery(
        recommend=models.RecommendInput(
            positive=ids(r.positive) + [GrpcToRest.convert_vector(v) for v in r.positive_vectors],
            negative=ids(r.negative) + [GrpcToRest.convert_vector(v) for v in r.negative_vectors],
            strategy=optional(r, "strategy", GrpcToRest.convert_recommend_strategy),
        )
    )
    return models.QueryRequest(
        query=query_, using=optional(r, "using"), lookup_from=optional(r, "lookup_from", GrpcToRest.convert_lookup_location), **common(r)
    )


class Points(points_service_pb2_grpc.PointsServicer):
    @answers
    def Upsert(self, r):
        fields = {"points": r.points}
        if r.HasField("update_filter"):
            fields["update_filter"] = r.update_filter
        if r.HasField("update_mode"):
            fields["update_mode"] = r.update_mode
        return updated(ENGINE.apply(r.collection_name, operation(upsert=OPERATION.PointStructList(**fields))))

    @answers
    def Delete(self, r):
        return updated(ENGINE.apply(r.collection_name, operation(delete_points=OPERATION.DeletePoints(points=r.points))))

    @answers
    def UpdateVectors(self, r):
        return updated(ENGINE.apply(r.collection_name, operation(update_vectors=OPERATION.UpdateVectors(points=r.points))))

    @answers
    def DeleteVectors(self, r):
        item = OPERATION.DeleteVectors(points_selector=r.points_selector, vectors=r.vectors)
        return updated(ENGINE.apply(r.collection_name, operation(delete_vectors=item)))

    @answers
    def SetPayload(self, r):
        item = OPERATION.SetPayload(payload=r.payload, points_selector=r.points_selector, **({"key": r.key} if r.HasField("key") else {}))
        return updated(ENGINE.apply(r.collection_name, operation(set_payload=item)))

    @answers
    def OverwritePayload(self, r):
        item = OPERATION.OverwritePayload(payload=r.payload, points_selector=r.points_selector)
        return updated(ENGINE.apply(r.collection_name, operation(overwrite_payload=item)))

    @answers
    def DeletePayload(self, r):
        item = OPERATION.DeletePayload(keys=r.keys, points_selector=r.points_selector)
        return updated(ENGINE.apply(r.collection_name, operation(delete_payload=item)))

    @answers
    def ClearPayload(self, r):
        return updated(ENGINE.apply(r.collection_name, operation(clear_payload=OPERATION.ClearPayload(points=r.points))))

    @answers
    def UpdateBatch(self, r):
        results = [ENGINE.apply(r.collection_name, GrpcToRest.convert_points_update_operation(o)) for o in r.operations]
        return grpc.UpdateBatchResponse(result=[RestToGrpc.convert_update_result(u) for u in results], time=0.001)

    @answers
    def CreateFieldIndex(self, r):
        return updated(ENGINE.index(r.collection_name, r.field_name, "keyword"))

    @answers
    def DeleteFieldIndex(self, r):
        return updated(ENGINE.unindex(r.collection_name, r.field_name))

    @answers
    def Get(self, r):
        found = ENGINE.get(r.collection_name, ids(r.ids), payload_selector(r, True), vectors_selector(r))
        return grpc.GetResponse(result=[record(p) for p in found], time=0.001)

    @answers
    def Scroll(self, r):
        request = models.ScrollRequest(
            filter=optional(r, "filter", GrpcToRest.convert_filter),
            offset=optional(r, "offset", GrpcToRest.convert_point_id),
            limit=optional(r, "limit"),
            with_payload=payload_selector(r, True),
            with_vector=vectors_selector(r),
            order_by=optional(r, "order_by", GrpcToRest.convert_order_by),
        )
        found = ENGINE.scroll(r.collection_name, request)
        following = found.next_page_offset
        return grpc.ScrollResponse(
            result=[record(p) for p in found.points],
            next_page_offset=None if following is None else RestToGrpc.convert_extended_point_id(following),
            time=0.001,
        )

    @answers
    def Count(self, r):
        found = ENGINE.local.count(r.collection_name, optional(r, "filter", GrpcToRest.convert_filter))
        return grpc.CountResponse(result=RestToGrpc.convert_count_result(found), time=0.001)

    @answers
    def Facet(self, r):
        found = ENGINE.local.facet(
            r.collection_name, r.key, optional(r, "filter", GrpcToRest.convert_filter), value(optional(r, "limit"), 10)
        )
        return grpc.FacetResponse(hits=[RestToGrpc.convert_facet_value_hit(h) for h in found.hits], time=0.001)

    @answers
    def Query(self, r):
        return grpc.QueryResponse(result=scored(ENGINE.query(r.collection_name, query_request(r)).points), time=0.001)

    @answers
    def QueryBatch(self, r):
        found = [ENGINE.query(r.collection_name, query_request(q)) for q in r.query_points]
        return grpc.QueryBatchResponse(result=[grpc.BatchResult(result=scored(f.points)) for f in found], time=0.001)

    @answers
    def QueryGroups(self, r):
        plain = grpc.QueryPoints(collection_name=r.collection_name)
        for field, given in r.ListFields():
            if field.name in plain.DESCRIPTOR.fields_by_name and field.name != "limit":
                target = getattr(plain, field.name)
                if isinstance(target, Message):
                    target.CopyFrom(given)
                elif field.name == "prefetch":
                    target.extend(given)
                else:
                    setattr(plain, field.name, given)
        q = query_request(plain)
        fields = {k: getattr(q, k) for k in q.model_fields_set if k in models.QueryGroupsRequest.model_fields}
        fields.update(group_by=r.group_by, limit=optional(r, "limit"), group_size=optional(r, "group_size"))
        fields["with_lookup"] = optional(r, "with_lookup", GrpcToRest.convert_with_lookup)
        found = ENGINE.groups(r.collection_name, models.QueryGroupsRequest(**fields))
        return grpc.QueryGroupsResponse(result=RestToGrpc.convert_groups_result(found), time=0.001)

    @answers
    def Search(self, r):
        return grpc.SearchResponse(result=scored(ENGINE.query(r.collection_name, search_request(r)).points), time=0.001)

    @answers
    def Recommend(self, r):
        return grpc.RecommendResponse(result=scored(ENGINE.query(r.collection_name, recommend_request(r)).points), time=0.001)

    def _matrix(self, r, pairs):
        request = models.SearchMatrixRequest(
            filter=optional(r, "filter", GrpcToRest.convert_filter),
            sample=optional(r, "sample"),
            limit=optional(r, "limit"),
            using=optional(r, "using"),
        )
        return ENGINE.matrix(r.collection_name, request, pairs)

    @answers
    def SearchMatrixPairs(self, r):
        return grpc.SearchMatrixPairsResponse(result=RestToGrpc.convert_search_matrix_pairs(self._matrix(r, True)), time=0.001)

    @answers
    def SearchMatrixOffsets(self, r):
        return grpc.SearchMatrixOffsetsResponse(result=RestToGrpc.convert_search_matrix_offsets(self._matrix(r, False)), time=0.001)


class Collections(collections_service_pb2_grpc.CollectionsServicer):
    @answers
    def Get(self, r):
        return grpc.GetCollectionInfoResponse(result=RestToGrpc.convert_collection_info(ENGINE.info(r.collection_name)), time=0.001)

    @answers
    def List(self, r):
        found = ENGINE.local.get_collections().collections
        return grpc.ListCollectionsResponse(collections=[grpc.CollectionDescription(name=c.name) for c in found], time=0.001)

    @answers
    def Create(self, r):
        vectors = GrpcToRest.convert_vectors_config(r.vectors_config) if r.HasField("vectors_config") else None
        sparse = GrpcToRest.convert_sparse_vector_config(r.sparse_vectors_config) if r.HasField("sparse_vectors_config") else None
        done = ENGINE.local.create_collection(r.collection_name, vectors_config=vectors, sparse_vectors_config=sparse)
        return grpc.CollectionOperationResponse(result=done, time=0.001)

    @answers
    def Delete(self, r):
        return grpc.CollectionOperationResponse(result=ENGINE.local.delete_collection(r.collection_name), time=0.001)

    @answers
    def CollectionExists(self, r):
        found = grpc.CollectionExists(exists=ENGINE.local.collection_exists(r.collection_name))
        return grpc.CollectionExistsResponse(result=found, time=0.001)

    @answers
    def UpdateAliases(self, r):
        done = ENGINE.local.update_collection_aliases([GrpcToRest.convert_alias_operations(a) for a in r.actions])
        return grpc.CollectionOperationResponse(result=done, time=0.001)

    @answers
    def ListAliases(self, r):
        found = ENGINE.local.get_aliases().aliases
        return grpc.ListAliasesResponse(aliases=[RestToGrpc.convert_alias_description(a) for a in found], time=0.001)


class Server(qdrant_pb2_grpc.QdrantServicer):
    @answers
    def HealthCheck(self, r):
        return grpc.HealthCheckReply(title="qdrant - vector search engine (stand-in)", version=VERSION)


def main():
    rest = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Rest)
    server = rpc.server(futures.ThreadPoolExecutor(max_workers=4))
    points_service_pb2_grpc.add_PointsServicer_to_server(Points(), server)
    collections_service_pb2_grpc.add_CollectionsServicer_to_server(Collections(), server)
    qdrant_pb2_grpc.add_QdrantServicer_to_server(Server(), server)
    grpc_port = server.add_insecure_port("127.0.0.1:" + sys.argv[2])
    server.start()
    threading.Thread(target=rest.serve_forever, daemon=True).start()
    print(rest.server_address[1], grpc_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
